"""The Spark application that stands between runs: the next one finds it started, and its code compiled.

To start an application, to load its classes and to have its code compiled takes as much as deciding some millions of
records does. A worker that decides one city after the other need not pay that for each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING

from anling.engines.errors import EngineError
from anling.engines.spark.cluster import Cluster

if TYPE_CHECKING:
    from anling.engines.spark.session import Session

Start = Callable[[Cluster, Path | None], "Session"]

_LOOK = 0.5
"""Seconds after which a run that waits for its turn says so, and hears whether it is still wanted."""


def _renewed(session: Session) -> bool:
    try:
        session.renew()
    except EngineError:  # the run is whole all the same
        return False
    return True


def _start(cluster: Cluster, temp: Path | None) -> Session:
    # imported here: PySpark is an extra that only this engine needs
    from anling.engines.spark.session import Session  # noqa: PLC0415

    return Session(cluster, temp=temp)


class Standing:
    """The application of this process: PySpark knows one at a time, and it is lent to one run at a time.

    start: how an application comes to be. It stands for `cluster.idle` seconds after the last run that went well; a run
    that fails or is stopped takes it along, since nobody knows what it leaves behind.
    """

    def __init__(self, start: Start = _start) -> None:
        self._start = start
        self._turn = Lock()
        self._session: Session | None = None
        self._stands_for: tuple[Cluster, Path | None] | None = None
        self._until = 0.0

    @contextmanager
    def turn(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Wait until no other run of this process is with Spark. waiting: told meanwhile; what it raises ends that."""
        while not self._turn.acquire(timeout=_LOOK):
            waiting()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def lent(self, cluster: Cluster, *, temp: Path | None, waiting: Callable[[], None]) -> Iterator[Session]:
        """The application, when it is this run's turn: the one that stands, if it is of the same kind, or a new one.

        temp: folder in which it makes its spill folder. Raises EngineMissingError, EngineError as a Session does.
        """
        with self.turn(waiting):
            session = self._of_kind(cluster, temp)
            try:
                yield session
                stands = bool(cluster.idle) and _renewed(session)
            except BaseException:
                self._end()
                raise
            if stands:
                self._stand(cluster.idle)
            else:
                self._end()

    def end(self) -> None:
        """End the application that stands, if any, without laying down classes: the process is about to end."""
        with self._turn:
            self._end(hastily=True)

    def _of_kind(self, cluster: Cluster, temp: Path | None) -> Session:
        kind = cluster, temp
        if self._session is not None and self._stands_for == kind and self._session.is_alive():
            return self._session
        self._end()
        self._session, self._stands_for = self._start(cluster, temp), kind
        return self._session

    def _stand(self, idle: float) -> None:
        self._until = time.monotonic() + idle
        timer = Timer(idle, self._end_of_idleness)
        timer.daemon = True
        timer.start()

    def _end_of_idleness(self) -> None:
        with self._turn:
            if time.monotonic() >= self._until:  # else another run has been there since
                self._end()

    def _end(self, *, hastily: bool = False) -> None:
        session, self._session, self._stands_for = self._session, None, None
        if session is not None:
            session.close(hastily=hastily)


STANDING = Standing()
