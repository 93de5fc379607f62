"""One Spark application: its Java process, its settings, its spill folder, and errors in one sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import pyspark
from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from anling.engines.costs import own_cpu_seconds, own_peak_gb
from anling.engines.errors import EngineError, EngineMissingError, OutOfMemoryError
from anling.engines.spark import java, tuning
from anling.engines.spark.classes import Archive
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.gateway import launch, tell_errors_of, tell_errors_plainly
from anling.engines.spill import SpillFolder

ENGINE_VERSION = f"spark-{pyspark.__version__}"

T = TypeVar("T")

_HEAP = 0.7
"""Share of the memory limit that Java's heap gets: the rest is for what Java, Arrow and Python hold beside it."""
_LOCAL_HEAP = 0.6
"""The same on one machine, where the process that puts the result together lies within the limit, too."""
_LASTING_HEAP = 0.5
"""The same where the application stands: the code that its second compiler makes, and makes better, lies there, too."""
_DRIVER = "2g"
_WAIT_FOR_WORKERS = 60.0
_UNSEEN = ("PATH_NOT_FOUND", "FAILED_READ_FILE.FILE_NOT_EXIST", "FileNotFoundException", "Mkdirs failed")
_SILENT = ("java.net.ConnectException", "java.net.NoRouteToHostException", "java.net.UnknownHostException")
_YARN = {
    "spark.hadoop.yarn.resourcemanager.connect.max-wait.ms": "20000",
    "spark.hadoop.yarn.resourcemanager.connect.retry-interval.ms": "2000",
    "spark.hadoop.ipc.client.connect.max.retries": "2",
}
"""A resource manager that does not answer is told of within a minute; Hadoop itself would try for fifteen."""


class Session:
    """A Spark application of one process: `with Session(cluster, temp=folder) as session`.

    temp: folder in which the session makes its own spill folder, removed on close. Its log lies there too. Where
    `cluster.idle` lets it stand for several runs (engines.spark.standing), Java compiles what they need time and again.
    Raises EngineMissingError where Java or the master is missing, or no worker comes within a minute.
    """

    def __init__(self, cluster: Cluster, *, temp: Path | None = None) -> None:
        cluster.reach()
        self.cluster = cluster
        self._spill = SpillFolder(temp)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="spark")
        self._context: SparkContext | None = None
        self._archive: Archive | None = None
        self._keeps_classes = False
        self._gateway: Any = None
        try:
            self.spark: SparkSession = self.run(self._start)
            self._await_workers()
        except BaseException:
            self.close()
            raise

    def run(self, work: Callable[[], T]) -> T:
        """Work in the session's own thread: the caller's stays free to hear Ctrl-C, upon which Spark's jobs end.

        Raises KeyboardInterrupt, OutOfMemoryError, EngineError.
        """
        future = self._worker.submit(work)
        try:
            with _told_plainly():
                return future.result()
        except KeyboardInterrupt:
            self._cancel(future)
            raise

    def cpu_seconds(self) -> float:
        """CPU seconds of this process, of Java, and of Python below it; of a cluster the driver's alone."""
        return own_cpu_seconds() + java.cpu_seconds(self._gateway.proc.pid)

    def peak_gb(self) -> float:
        """The most memory of the same processes together, in GB."""
        return own_peak_gb() + java.peak_gb(self._gateway.proc.pid)

    def keep_classes(self) -> None:
        """Leave the next run of this machine what Java has loaded, unless an earlier run has.

        Closing takes some thirteen seconds longer then.
        """
        self._keeps_classes = self._archive is not None and not self._archive.is_there

    def renew(self) -> None:
        """Forget what a run has left: its views and functions, and what it sent from worker to worker."""

        def work() -> None:
            self.spark = self.spark.newSession()
            self._gateway.jvm.System.gc()  # upon which Spark removes what nobody refers to any more

        self.run(work)

    def is_alive(self) -> bool:
        """Whether the application answers and has a worker: while it stood, its cluster may have ended either."""
        if self._gateway.proc.poll() is not None:
            return False
        try:
            return self.run(lambda: not self._is_stopped() and self._has_workers())
        except EngineError:
            return False

    def close(self, *, hastily: bool = False) -> None:
        """End the application and its Java process, and remove the spill folder.

        hastily: lay down no classes for the next run of the machine, whatever `keep_classes` said.
        """
        self._keeps_classes = self._keeps_classes and not hastily
        if self._context is not None:
            self._worker.submit(self._stop, self._context)
        if self._gateway is not None:
            self._worker.submit(self._gateway.shutdown)
        self._worker.shutdown()
        if self._gateway is not None:
            self._end_java()
        SparkContext._gateway = SparkContext._jvm = None  # PySpark would keep the way to a Java process that is gone
        tell_errors_plainly()
        self._spill.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> SparkSession:
        self._archive = Archive.of_account() if self.cluster.is_local else None
        conf = SparkConf(loadDefaults=False).setAll(_settings(self.cluster, self._spill.path, self._archive))
        with (self._spill.path / "spark.log").open("wb") as log:
            self._gateway = launch(conf, log)
        self._context = SparkContext(conf=conf, gateway=self._gateway)
        spark = SparkSession(self._context)
        tell_errors_of(self._gateway)
        return spark

    def _stop(self, context: SparkContext) -> None:
        if self._gateway.proc.poll() is not None:
            context._jsc = None  # nobody is there to be told; PySpark alone forgets the application
        context.stop()

    def _end_java(self) -> None:
        process, archive = self._gateway.proc, self._archive
        if archive is None or archive.is_there or self._keeps_classes:
            process.stdin.close()  # upon which Java ends
        else:
            process.kill()  # left to itself it would lay down the classes of a run that came to nothing
        try:
            process.wait()
            if archive is not None and self._keeps_classes:
                archive.keep()
        finally:
            if archive is not None:
                archive.drop()

    def _is_stopped(self) -> bool:
        assert self._context is not None
        return bool(self._context._jsc.sc().isStopped())

    def _has_workers(self) -> bool:
        assert self._context is not None
        among = self._context._jsc.sc().getExecutorMemoryStatus().size()  # the driver counts, too
        return self.cluster.is_local or among > 1

    def _await_workers(self) -> None:
        until = time.monotonic() + _WAIT_FOR_WORKERS
        while not self.run(self._has_workers):
            if time.monotonic() > until:
                raise EngineMissingError(
                    f"--master {self.cluster.master}: no worker takes the run up; start workers, or lower"
                    " --memory-limit or --threads to what they have."
                )
            time.sleep(0.2)

    def _cancel(self, future: Future[Any]) -> None:
        while not wait([future], timeout=0.2).done:
            if self._context is not None:
                self._context.cancelAllJobs()


def _settings(cluster: Cluster, temp: Path, archive: Archive | None) -> list[tuple[str, str]]:
    share = (_LASTING_HEAP if cluster.idle else _LOCAL_HEAP) if cluster.is_local else _HEAP
    heap = int(cluster.memory_limit * share) >> 20
    driver = tuning.java_options(heap, local=cluster.is_local, once=not cluster.idle)
    settings = {
        "spark.app.name": "anling compare",
        "spark.master": cluster.master,
        "spark.driver.memory": f"{heap}m" if cluster.is_local else _DRIVER,
        "spark.executor.memory": f"{heap}m",
        "spark.driver.extraJavaOptions": f"{driver} {archive.options()}" if archive else driver,
        "spark.executor.extraJavaOptions": tuning.java_options(heap, local=False, once=False),
        "spark.local.dir": str(temp),
        "spark.sql.warehouse.dir": str(temp / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        **tuning.settings(cluster.memory_limit, local=cluster.is_local),
    }
    if archive is not None:
        settings["spark.driver.extraClassPath"] = archive.class_path()
    if cluster.master == "yarn":
        settings |= _YARN
    if cluster.is_local:
        settings["spark.driver.host"] = settings["spark.driver.bindAddress"] = "127.0.0.1"
    elif cluster.threads is not None:
        settings["spark.executor.cores"] = str(cluster.threads)
    return list(settings.items())


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn Spark's errors into ours, in one line without a stack trace."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = str(error)
        if "JAVA_GATEWAY_EXITED" in said:
            raise EngineMissingError(
                f"{java.java_home()}: this Java does not start Spark; name Java {java.OLDEST} or newer by JAVA_HOME."
            ) from error
        if any(sign in said for sign in _UNSEEN):
            raise EngineMissingError(
                "A worker does not see the files of the run: put --store and --out on a drive that every worker has"
                " under the same name."
            ) from error
        if any(sign in said for sign in _SILENT):
            raise EngineMissingError(
                "The cluster's manager does not answer; start it, or correct what HADOOP_CONF_DIR or --master says."
            ) from error
        if "OutOfMemoryError" in said:
            raise OutOfMemoryError(
                "the step does not fit the memory limit: raise --memory-limit or free disk space"
            ) from error
        raise EngineError(_plain(said)) from error


_CALLING = "An error occurred while calling "
"""What PySpark puts before the words of Java."""


def _plain(said: str) -> str:
    """The first line of an error that says something, without the class names that lead it."""
    lines = [line.strip(" :") for line in said.splitlines() if line.strip() and not line.startswith(_CALLING)]
    return re.sub(r"^(?:[\w.$]+(?:Exception|Error): )+", "", lines[0]) if lines else "Spark gave up without a word"
