"""A Spark cluster on the loopback: one master and two workers, each a process that can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

_CLASS = Path(pyspark.__path__[0]) / "bin" / "spark-class"
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_PATIENCE = 120.0


@dataclass(frozen=True)
class LoopbackCluster:
    """The master's address, and its workers in the order in which they were started."""

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]

    def kill_worker(self, place: int) -> None:
        """End a worker and what it runs at once, without a word to anybody."""
        _end(self.workers[place])


@contextmanager
def loopback_cluster(folder: Path, workers: int = 2, hidden: Path | None = None) -> Iterator[LoopbackCluster]:
    """Started under `folder`, where its logs lie, and gone when the block ends.

    hidden: a folder in whose place the workers see an empty one, as on machines that do not share that drive.
    """
    processes: list[subprocess.Popen[bytes]] = []
    try:
        master = _started(folder, "master", _MASTER, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        processes.append(master)
        address = _told(folder / "master.log", rb"Starting Spark master at (spark://[\d.:]+)")
        names = [f"worker-{number}" for number in range(workers)]
        for name in names:
            where = ("--host", "127.0.0.1", "--webui-port", "0", "--work-dir", str(folder / name))
            command = (_WORKER, "--cores", "1", "--memory", "1g", *where, address)
            processes.append(_started(folder, name, *command, hidden=hidden))
        for name in names:
            _told(folder / f"{name}.log", rb"Successfully (registered) with master")
        yield LoopbackCluster(address, tuple(processes[1:]))
    finally:
        for process in processes:
            _end(process)


def _started(folder: Path, name: str, *command: str, hidden: Path | None = None) -> subprocess.Popen[bytes]:
    veil = (
        [
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            'mount -t tmpfs none "$0" && exec "$@"',
            str(hidden),
        ]
        if hidden
        else []
    )
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*veil, str(_CLASS), *command], env=_environment(folder), stdout=log, stderr=log, start_new_session=True
        )


def _environment(folder: Path) -> Mapping[str, str]:
    logging = folder / "log4j2.properties"
    logging.write_text(
        "rootLogger.level = info\nrootLogger.appenderRef.stderr.ref = console\nappender.console.type = Console\n"
        "appender.console.name = console\nappender.console.target = SYSTEM_ERR\n"
        "appender.console.layout.type = PatternLayout\nappender.console.layout.pattern = %p %m%n\n"
    )
    java = {"SPARK_DAEMON_JAVA_OPTS": f"-Dlog4j2.configurationFile={logging}", "SPARK_DAEMON_MEMORY": "256m"}
    return {**os.environ, **java, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder / "spill")}


def _told(log: Path, pattern: bytes) -> str:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        found = re.search(pattern, log.read_bytes())
        if found:
            return found[1].decode()
        time.sleep(0.1)
    raise TimeoutError(f"{log.name} does not say {pattern!r}:\n{log.read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)  # its session is its own: the executors end with it
        process.wait()
