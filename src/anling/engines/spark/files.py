"""Files on whatever filesystem Spark's own Hadoop client knows, with the settings that Spark has.

The client is Java's, in a process of its own beside the run: it takes HADOOP_CONF_DIR, the entries spark.hadoop.* and
the further jars of SPARK_CONF_DIR/spark-defaults.conf just as the workers are given them, so that an address means
the same to both. A Python client would have to be told everything a second time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkConf
from pyspark.errors import PySparkException

from anling.engines.errors import EngineError, EngineMissingError
from anling.engines.spark import java
from anling.engines.spark.address import Address
from anling.engines.spark.gateway import launch

T = TypeVar("T")

AT_ONCE = 8
"""So many may ask at once: of small files most of the time is waiting."""
_MEMORY = "512m"
_ABSENT = "java.io.FileNotFoundException"
_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_REASONS = (
    ("UnsupportedFileSystemException", "Spark knows no filesystem of that kind; add its jar and settings to"
     " spark-defaults.conf in SPARK_CONF_DIR."),
    ("ClassNotFoundException", "the jar of that filesystem is not there; add it to spark-defaults.conf in"
     " SPARK_CONF_DIR (spark.jars)."),
    ("AccessControlException", "the filesystem does not let this account in; have it given the right to read and"
     " write there."),
    ("ConnectException", "nobody answers there; start the filesystem or correct the address."),
    ("UnknownHostException", "there is no such host; correct the address."),
    ("Empty Mount table", "HADOOP_CONF_DIR does not say what is mounted there; name the folder of core-site.xml."),
)  # fmt: skip
"""A word of Java's complaint → what to tell of it."""


class Files:
    """A client of Hadoop's filesystems: `with Files() as files`. What it raises names the address and the remedy."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="files")
        self._gateway: Any = None
        try:
            self._run(self._start)
        except PySparkException as error:
            self.close()
            raise EngineMissingError(
                f"{java.java_home()}: this Java does not start Spark; name Java {java.OLDEST} or newer by JAVA_HOME."
            ) from error
        except BaseException:
            self.close()
            raise

    def size(self, file: Address) -> int | None:
        """Bytes of a file; None where there is none."""

        def ask(system: Any, path: Any) -> int | None:
            try:
                return int(system.getFileStatus(path).getLen())
            except Py4JJavaError as error:
                if _ABSENT in str(error.java_exception.toString()):
                    return None
                raise

        return self._at(file, ask)

    def exists(self, place: Address) -> bool:
        """Whether there is a file or folder."""
        return bool(self._at(place, lambda system, path: system.exists(path)))

    def is_empty(self, folder: Address) -> bool:
        """Whether nothing lies in a folder that is there."""
        return self._at(folder, lambda system, path: len(system.listStatus(path)) == 0)

    def upload(self, local: Path, to: Address) -> None:
        """Copy a file or a folder, with all that is in it, to a name that is free; folders above it are made."""

        def copy(system: Any, path: Any) -> None:
            system.mkdirs(path.getParent())
            system.copyFromLocalFile(False, True, self._path(local.as_uri()), path)

        self._at(to, copy)

    def download(self, place: Address, local: Path) -> None:
        """Copy a file or a folder to a name of this machine that is free."""
        self._at(place, lambda system, path: system.copyToLocalFile(False, path, self._path(local.as_uri()), True))

    def rename(self, old: Address, new: Address) -> bool:
        """Whether a file or folder has another name now in the same filesystem: it has none where that is taken."""
        return bool(self._at(old, lambda system, path: system.rename(path, self._path(str(new)))))

    def remove(self, place: Address) -> None:
        """Remove a file or a folder with all that is in it, if it is there."""
        self._at(place, lambda system, path: system.delete(path, True))

    def close(self) -> None:
        """End the client's process."""
        if self._gateway is not None:
            self._worker.submit(self._gateway.shutdown)
        self._worker.shutdown()
        if self._gateway is not None:
            self._gateway.proc.stdin.close()  # upon which Java ends
            self._gateway.proc.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        settings = {"spark.driver.memory": _MEMORY, "spark.driver.extraJavaOptions": _JAVA}
        conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
        with open(os.devnull, "wb") as nowhere:
            self._gateway = launch(conf, nowhere)
        self._settings = self._gateway.jvm.org.apache.spark.deploy.SparkHadoopUtil.get().conf()

    def _at(self, place: Address, work: Callable[[Any, Any], T]) -> T:
        """Ask the filesystem of an address about its path."""

        def ask() -> T:
            path = self._path(str(place))
            return work(path.getFileSystem(self._settings), path)

        with _told(place):
            return self._run(ask)

    def _path(self, text: str) -> Any:
        return self._gateway.jvm.org.apache.hadoop.fs.Path(text)

    def _run(self, work: Callable[[], T]) -> T:
        # never in the caller's thread: Ctrl-C amid an answer would leave the rest of it to whoever asks next
        return self._worker.submit(work).result()


@contextmanager
def _told(place: Address) -> Iterator[None]:
    try:
        yield
    except Py4JJavaError as error:
        said = str(error.java_exception.toString())
        for word, reason in _REASONS:
            if word in said:
                raise EngineMissingError(f"{place}: {reason}") from error
        raise EngineError(f"{place}: {said.splitlines()[0]}") from error
    except Py4JError as error:
        raise EngineError(f"{place}: the client of the filesystem is gone") from error
