"""Where Spark runs: the master as `--master` names it, and what may be used of it."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from anling.engines.errors import EngineMissingError
from anling.engines.spark.java import java_home

_LOCAL = re.compile(r"local(\[(\d+|\*)\])?")
_STANDALONE = re.compile(r"spark://([^/:\s,]+:\d+)((?:,[^/:\s,]+:\d+)*)")
_KUBERNETES = re.compile(r"k8s://(?:(https?)://)?([^/:\s]+)(?::(\d+))?/?")
_YARN = "yarn"
_PORTS = {"http": 80, "https": 443}
_SETTINGS = ("HADOOP_CONF_DIR", "YARN_CONF_DIR")
_PATIENCE = 5.0
"""Seconds in which a master has to take up a connection."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A master and the share of it that a run takes. memory_limit: of each executor, in bytes; threads: of each.

    idle: seconds for which the application stands for the next run when one is done; 0 where it ends with its run.
    Raises EngineMissingError where the master is none that Spark knows.
    """

    master: str
    memory_limit: int
    threads: int | None
    idle: float = 0.0

    def __post_init__(self) -> None:
        known = any(form.fullmatch(self.master) for form in (_LOCAL, _STANDALONE, _KUBERNETES))
        if not known and self.master != _YARN:
            raise EngineMissingError(
                f"--master {self.master}: that is no master; write local[2], spark://HOST:PORT, yarn or k8s://ADDRESS."
            )

    @property
    def is_local(self) -> bool:
        """Whether everything runs in one process of this machine."""
        return _LOCAL.fullmatch(self.master) is not None

    def reach(self) -> None:
        """See that Spark can start: PySpark, Java and the master are there. Raises EngineMissingError.

        YARN's own settings say where its resource manager is; whether that answers shows when the session starts.
        """
        if find_spec("pyspark") is None:
            raise EngineMissingError("The engine spark needs PySpark, which is not there; pip install 'anling[spark]'.")
        java_home()
        places = self._places()
        if places and not any(_answers(place) for place in places):
            raise EngineMissingError(
                f"--master {self.master}: nobody answers there; start the master or correct its address."
            )
        if self.master == _YARN and not any(Path(os.environ.get(name, "")).is_absolute() for name in _SETTINGS):
            raise EngineMissingError(
                "--master yarn: nothing says where the cluster is; name the folder of its yarn-site.xml and"
                " core-site.xml by HADOOP_CONF_DIR."
            )

    def _places(self) -> list[str]:
        """HOST:PORT of whoever may answer as the master, as far as its address says."""
        if named := _STANDALONE.fullmatch(self.master):
            return [named[1], *filter(None, named[2].split(","))]
        if named := _KUBERNETES.fullmatch(self.master):
            return [f"{named[2]}:{named[3] or _PORTS[named[1] or 'https']}"]
        return []


def _answers(place: str) -> bool:
    host, _, port = place.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), _PATIENCE):
            return True
    except (OSError, OverflowError):
        return False
