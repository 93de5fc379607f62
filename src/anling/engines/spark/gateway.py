"""Starting the Java process in which PySpark's other half lives."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from py4j import java_gateway, protocol
from pyspark import SparkConf
from pyspark.java_gateway import launch_gateway

from anling.engines.spark import java


def launch(conf: SparkConf, log: IO[bytes]) -> Any:
    """A gateway to a fresh Java process. Raises EngineMissingError without Java, PySparkException where it fails."""
    os.environ["JAVA_HOME"] = str(java.java_home())
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with _unicode():
        return launch_gateway(conf, {"stdout": log, "stderr": log})  # type: ignore[no-untyped-call]


def tell_errors_of(gateway: Any) -> None:
    """Have PySpark put into its words what goes wrong in the process of its session, and there alone.

    By itself it does so for each process that this one has, asking its session's of errors that lie in another.
    """
    of_the_session, plain = java_gateway.get_return_value, protocol.get_return_value

    def told(answer: Any, client: Any, *place: Any) -> Any:
        return (of_the_session if client is gateway._gateway_client else plain)(answer, client, *place)

    java_gateway.get_return_value = told


def tell_errors_plainly() -> None:
    """What goes wrong from now on is told as Java says it: the session that PySpark asked is over."""
    java_gateway.get_return_value = protocol.get_return_value


@contextmanager
def _unicode() -> Iterator[None]:
    """Java takes the names of files as the locale has them, and under LC_ALL=C does not see the lists' Chinese ones."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        os.environ.pop("LC_ALL")
        if before is not None:
            os.environ["LC_ALL"] = before
