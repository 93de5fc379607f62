"""Where Spark runs: the master as `--master` names it, and what may be used of it."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from importlib.util import find_spec

from anling.engines.errors import EngineMissingError
from anling.engines.spark.java import java_home

_LOCAL = re.compile(r"local(\[(\d+|\*)\])?")
_STANDALONE = re.compile(r"spark://([^/:\s,]+:\d+)((?:,[^/:\s,]+:\d+)*)")
_OTHERS = re.compile(r"yarn|k8s://\S+")
_PATIENCE = 5.0
"""Seconds in which a master has to take up a connection."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A master and the share of it that a run takes. memory_limit: of each executor, in bytes; threads: of each.

    Raises EngineMissingError where the master is none that Spark knows.
    """

    master: str
    memory_limit: int
    threads: int | None

    def __post_init__(self) -> None:
        if not any(form.fullmatch(self.master) for form in (_LOCAL, _STANDALONE, _OTHERS)):
            raise EngineMissingError(
                f"--master {self.master}: that is no master; write local[2], spark://HOST:PORT, yarn or k8s://ADDRESS."
            )

    @property
    def is_local(self) -> bool:
        """Whether everything runs in one process of this machine."""
        return _LOCAL.fullmatch(self.master) is not None

    def reach(self) -> None:
        """See that Spark can start: PySpark, Java and a standalone master are there. Raises EngineMissingError."""
        if find_spec("pyspark") is None:
            raise EngineMissingError("The engine spark needs PySpark, which is not there; pip install 'anling[spark]'.")
        java_home()
        named = _STANDALONE.fullmatch(self.master)
        if named:
            places = [named[1], *filter(None, named[2].split(","))]
            if not any(_answers(place) for place in places):
                raise EngineMissingError(
                    f"--master {self.master}: nobody answers there; start the master or correct its address."
                )


def _answers(place: str) -> bool:
    host, _, port = place.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), _PATIENCE):
            return True
    except (OSError, OverflowError):
        return False
