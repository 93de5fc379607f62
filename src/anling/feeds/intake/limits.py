"""What the engine may use while it takes files in, and where it does so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from anling.engines.duckdb.session import Session
from anling.feeds.intake.formats import Place
from anling.feeds.intake.store import Store


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory as text such as "4GB"; threads, None for one per core."""

    memory: str
    threads: int | None

    def session(self, temp: Path) -> Session:
        """A session that spills into `temp`."""
        return Session(memory_limit=self.memory, threads=self.threads, temp=temp)


class Desk:
    """Where files are taken in one after another: `with Desk(store, limits) as desk`.

    They share a session, which is replaced after a failure: what a damaged file does to it ends there.
    """

    def __init__(self, store: Store, limits: Limits) -> None:
        self._limits = limits
        self._workspace = store.workspace()
        self._session: Session | None = None
        self._files = 0

    @contextmanager
    def place(self) -> Iterator[Place]:
        """An empty folder and a session for one file."""
        self._files += 1
        folder = self._folder / str(self._files)
        folder.mkdir()
        if self._session is None:
            self._session = self._limits.session(self._folder)
        try:
            yield Place(self._session, folder)
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Self:
        self._folder = self._workspace.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._close()
        finally:
            self._workspace.__exit__(kind, error, trace)
