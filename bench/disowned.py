"""The CPU of Spark's Python workers: their parent disowns them, so that the kernel counts it for nobody."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType

import psutil

_PARENT = "pyspark.daemon"


class Disowned:
    """Looks at the workers below a process for as long as the block lasts; then says what they took.

    every: seconds from one look to the next. What a worker takes after the last is not seen, and each look takes CPU.
    """

    def __init__(self, root: psutil.Process, every: float = 1.0) -> None:
        self._root, self._every, self._seen = root, every, dict[tuple[int, float], float]()
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look_again, daemon=True)

    def __enter__(self) -> Disowned:
        self._looking.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._looking.join()

    @property
    def cpu_s(self) -> float:
        """CPU seconds, user and system, of all workers together."""
        return sum(self._seen.values())

    def _look_again(self) -> None:
        while not self._over.wait(self._every):
            self._look()

    def _look(self) -> None:
        with suppress(psutil.NoSuchProcess):
            for each in self._root.children(recursive=True):
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    self._note(each)

    def _note(self, process: psutil.Process) -> None:
        if _PARENT not in process.cmdline():
            return
        parent = process.parent()
        if parent is not None and _PARENT in parent.cmdline():
            times = process.cpu_times()
            self._seen[process.pid, process.create_time()] = times.user + times.system
