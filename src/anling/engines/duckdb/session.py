"""One DuckDB connection with a memory limit, its own spill folder and nothing that reaches the network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb
import pyarrow as pa
from duckdb.func import NATIVE, SPECIAL

from anling.engines.errors import EngineError, OutOfMemoryError
from anling.engines.memory import keep_freed_memory
from anling.engines.spill import SpillFolder

ENGINE_VERSION = f"duckdb-{duckdb.__version__}"

T = TypeVar("T")

_MEMORY = re.compile(r"\d+(\.\d+)?\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.IGNORECASE)


class Session:
    """A DuckDB connection of one process: `with Session(memory_limit="4GB", temp=folder) as session`.

    memory_limit: text such as "4GB"; DuckDB passes it by up to 7 %. threads: None for one per core.
    temp: folder in which the session makes its own spill folder, removed on close; the system's by default.
    Extensions are neither downloaded nor loaded: only what the wheel carries runs.
    """

    def __init__(self, *, memory_limit: str = "4GB", threads: int | None = None, temp: Path | None = None) -> None:
        if not _MEMORY.fullmatch(memory_limit.strip()):
            raise ValueError(f"memory limit {memory_limit!r} is not a size: write a number and a unit, such as 4GB")
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        keep_freed_memory()
        self._limits = (memory_limit, threads, temp)
        self._spill = SpillFolder(temp)
        self.temp = self._spill.path
        self._functions: set[str] = set()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="duckdb")
        self._connection = duckdb.connect(":memory:", config=_config(memory_limit, threads, self.temp))

    def another(self) -> Session:
        """A second session with the same limits, which shares nothing with this one."""
        memory_limit, threads, temp = self._limits
        return Session(memory_limit=memory_limit, threads=threads, temp=temp)

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> None:
        """Run one statement for its effect. Raises KeyboardInterrupt on Ctrl-C, OutOfMemoryError, or EngineError."""
        self._run(lambda: self._send(sql, parameters))

    def rows(self, sql: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return self._run(lambda: self._send(sql, parameters).fetchall())

    def row(self, sql: str, parameters: Sequence[object] | None = None) -> tuple[Any, ...]:
        """The single row of a result that has exactly one. Raises EngineError otherwise."""
        rows = self.rows(sql, parameters)
        if len(rows) != 1:
            raise EngineError(f"one row was expected, {len(rows)} came")
        return rows[0]

    def table(self, sql: str, parameters: Sequence[object] | None = None) -> pa.Table:
        """The result as an Arrow table."""
        return self._run(lambda: self._connection.sql(sql, params=parameters).to_arrow_table())

    def pieces(self, sql: str, rows: int) -> Iterator[pa.Table]:
        """The result as Arrow tables of about so many rows; the next one is read while the caller works on one."""
        reader = self._run(lambda: self._connection.sql(sql).to_arrow_reader(rows))
        piece = self._run(lambda: _next(reader))
        while piece is not None:
            coming = self._worker.submit(_next, reader)
            yield piece
            piece = self._wait(coming)

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Make Arrow data readable as a view under `name`; a reader can be read once."""
        self._run(lambda: self._connection.register(name, data))

    def unregister(self, name: str) -> None:
        """Forget a view made by `register`."""
        self._connection.unregister(name)

    def text_function(self, name: str, work: Callable[..., str | int | None], takes: int, gives: str) -> None:
        """Define a function of one or two texts, called row by row: for the few that the fast way leaves over.

        It is not asked about NULL, which gives NULL; it may itself give None.
        """
        if name not in self._functions:
            types: list[Any] = ["VARCHAR"] * takes
            asked = _unless_null(work, takes)
            self._run(
                lambda: self._connection.create_function(name, asked, types, gives, type=NATIVE, null_handling=SPECIAL)
            )
            self._functions.add(name)

    def _send(self, sql: str, parameters: Sequence[object] | None) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql, parameters) if parameters else self._connection.execute(sql)

    def _run(self, work: Callable[[], T]) -> T:
        """Work in the session's own thread: the caller's stays free to hear Ctrl-C, whatever the engine does."""
        return self._wait(self._worker.submit(work))

    def _wait(self, future: Future[T]) -> T:
        try:
            with _told_plainly():
                return future.result()
        except KeyboardInterrupt:
            while not wait([future], timeout=0.1).done:
                self._connection.interrupt()
            raise

    def interrupt(self) -> None:
        """Stop the running statement, from another thread or a signal handler."""
        self._connection.interrupt()

    def close(self) -> None:
        """Close the connection and remove the spill folder."""
        self._worker.shutdown()
        self._connection.close()
        self._spill.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _next(reader: pa.RecordBatchReader) -> pa.Table | None:
    try:
        return pa.Table.from_batches([reader.read_next_batch()])
    except StopIteration:
        return None


def _unless_null(work: Callable[..., str | int | None], takes: int) -> Callable[..., str | int | None]:
    """The function with as many named parameters as it takes, which is where the engine counts them."""
    if takes == 1:
        return lambda text: None if text is None else work(text)
    return lambda text, other: None if text is None or other is None else work(text, other)


def literal(text: str | Path) -> str:
    """A SQL string literal: quotes doubled. For file names and codes, which COPY takes only as literals."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _config(memory_limit: str, threads: int | None, temp: Path) -> dict[str, str | bool | int | float | list[str]]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(temp),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
        "enable_external_file_cache": False,
        "arrow_large_buffer_size": True,
    }
    if threads is not None:
        config["threads"] = threads
    return config


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn the engine's errors into ours; a query stopped by Ctrl-C is a KeyboardInterrupt, as everywhere in Python."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.OutOfMemoryException as error:
        raise OutOfMemoryError(
            "the step does not fit the memory limit: raise --memory-limit or free disk space"
        ) from error
    except duckdb.Error as error:
        raise EngineError(_first_line(error)) from error


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().split("\n", 1)[0]
