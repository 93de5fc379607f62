"""Files opened for reading: Parquet read in place, piece by piece; CSV and sheets held as Arrow rows, in file order."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from anling.engines.duckdb.session import Session, identifier, literal
from anling.engines.errors import EngineError, OutOfMemoryError

_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_LONGEST_LINE = 2 * 1024 * 1024
_HELD_IN_MEMORY = 256 << 20
"""Bytes of the largest CSV file whose rows are held in memory."""

_HELD_ROWS = 1 << 17


class UnreadableError(EngineError):
    """The file is not what its name says, is cut short, or has a column of a kind that no text can be read from."""


class DamagedError(EngineError):
    """Reading the file's columns and nothing else fails: it is the file that is at fault, and no step of ours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Our columns of a kind of file, in order; `dates`: those that may hold dates, the others are text."""

    columns: tuple[str, ...]
    dates: frozenset[str]


class Rows(Protocol):
    """The wanted columns of an opened file, under our names, and `row`, the 1-based number of the data row.

    They are large_string, or date32 where the file itself holds dates; null where the file lacks them.
    """

    @property
    def bare(self) -> tuple[str, ...]:
        """SQL that reads the same columns and does nothing with them, where they are read while they are taken in."""
        ...

    def count(self) -> int:
        """How many there are."""
        ...

    def pieces(self, size: int, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        """They, or some columns of them, in order, about so many at a time; at least one piece, even of no rows."""
        ...


class OpenedFile(Protocol):
    """A file whose headers are known. broken: numbers of the lines that could not be split into columns."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers, in order."""
        ...

    @property
    def broken(self) -> tuple[int, ...]:
        """Data rows that are no rows, because their line cannot be split into columns."""
        ...

    def rows(self, mapping: Mapping[str, str], wanted: Wanted) -> Rows:
        """Its rows; mapping: ours → header. Raises UnreadableError for a column of lists, bytes or the like."""
        ...


@dataclass(frozen=True, slots=True)
class _Column:
    """A Parquet column as read: SQL of its text (VARCHAR), and of its days (DATE) where it holds dates and no text.

    problem: why no text can be read from it.
    """

    text: str
    day: str = ""
    problem: str = ""


_ABSENT = _Column("NULL::VARCHAR")


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A Parquet file, read where it lies."""

    session: Session
    relation: str
    columns: Mapping[str, _Column]
    broken: tuple[int, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self.columns)

    def rows(self, mapping: Mapping[str, str], wanted: Wanted) -> Rows:
        """See OpenedFile."""
        chosen = {ours: self.columns[header] for ours, header in mapping.items()}
        for column in chosen.values():
            if column.problem:
                raise UnreadableError(column.problem)
        listed = {"row": "file_row_number + 1"}
        for ours in wanted.columns:
            column = chosen.get(ours, _ABSENT)
            listed[ours] = column.day if column.day and ours in wanted.dates else column.text
        return ParquetRows(self.session, self.relation, listed)


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """Rows of a Parquet file. listed: our column → its SQL."""

    session: Session
    relation: str
    listed: Mapping[str, str]

    @property
    def bare(self) -> tuple[str, ...]:
        """See Rows."""
        return (self._select(self.listed),)

    def count(self) -> int:
        """See Rows."""
        return int(self.session.row(f"SELECT count(*) FROM {self.relation}")[0])

    def pieces(self, size: int, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        """See Rows."""
        select = self._select(self.listed if columns is None else columns)
        if self.count() <= size:
            yield self.session.table(select)
        else:
            yield from self.session.pieces(select, size)

    def _select(self, columns: Collection[str]) -> str:
        return f"SELECT {', '.join(f'{self.listed[ours]} AS {ours}' for ours in columns)} FROM {self.relation}"


@dataclass(frozen=True, slots=True)
class HeldFile:
    """Rows that have been read already, all text. held: `row`, and a column c0 for the first header and so on."""

    held: pa.Table
    columns: Mapping[str, str]
    broken: tuple[int, ...] = field(default=())

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of the columns that were read."""
        return tuple(self.columns)

    def rows(self, mapping: Mapping[str, str], wanted: Wanted) -> Rows:
        """See OpenedFile."""
        absent = pa.nulls(len(self.held), pa.large_string())
        found = {"row": self.held.column("row")}
        for ours in wanted.columns:
            found[ours] = self.held.column(self.columns[mapping[ours]]) if ours in mapping else absent
        return HeldRows(pa.table(found))


@dataclass(frozen=True, slots=True)
class HeldRows:
    """Rows that have been read already."""

    table: pa.Table

    @property
    def bare(self) -> tuple[str, ...]:
        """See Rows."""
        return ()

    def count(self) -> int:
        """See Rows."""
        return int(self.table.num_rows)

    def pieces(self, size: int, columns: Collection[str] | None = None) -> Iterator[pa.Table]:
        """See Rows."""
        chosen = self.table if columns is None else self.table.select(list(columns))
        for begin in range(0, max(1, len(chosen)), size):
            yield chosen.slice(begin, size)


@contextmanager
def blaming(session: Session, bare: Iterable[str]) -> Iterator[None]:
    """Where a step fails, say whose fault it is. `bare`: SQL that reads the files and does nothing else.

    Raises DamagedError where that fails too, in a session of its own; the step's own EngineError where it does not.
    """
    try:
        yield
    except (OutOfMemoryError, UnreadableError, DamagedError):
        raise
    except EngineError:
        for select in bare:
            _read_apart(session, select)
        raise


def _read_apart(session: Session, select: str) -> None:
    with session.another() as apart:
        try:
            apart.rows(f"SELECT bit_xor(hash(whole)) FROM ({select}) AS whole")
        except OutOfMemoryError:
            raise
        except EngineError as error:
            raise DamagedError("the file cannot be read to its end") from error


def open_parquet(session: Session, path: Path) -> ParquetFile:
    """A Parquet file, read where it lies. Raises UnreadableError."""
    columns = {name: _column(name, kind) for name, kind in _described(session, path)}
    return ParquetFile(session, f"read_parquet({literal(path)}, file_row_number = true)", columns)


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written: its headers, in order, the delimiter, and the line end."""

    headers: tuple[str, ...]
    delimiter: str
    line_end: str


def read_csv(session: Session, path: Path, form: CsvForm, used: Collection[str]) -> HeldFile:
    """A UTF-8 CSV file, its header line left out; `used`: the headers to read.

    A large file is held on disk, in the session's folder. Raises UnreadableError where quotes swallow lines,
    DamagedError where the file cannot be read.
    """
    for left in ("reject_errors", "reject_scans"):
        session.execute(f"DROP TABLE IF EXISTS {left}")
    columns = {header: f"c{place}" for place, header in enumerate(form.headers) if header in used}
    bare = f"SELECT {', '.join(columns.values())} FROM {_csv(path, form)}"
    with blaming(session, [bare]):
        held = _on_disk(session, bare) if path.stat().st_size > _HELD_IN_MEMORY else session.table(bare)
    broken = _broken_lines(session)
    return HeldFile(held.append_column("row", pa.array(_numbered(len(held), broken))), columns, broken)


def read_rows(stream: Path, headers: tuple[str, ...]) -> HeldFile:
    """Rows of a sheet, an Arrow stream of text: column c0 is under the first header, `row` says which row it was."""
    with pa.memory_map(str(stream)) as file, pa.ipc.open_stream(file) as rows:
        return HeldFile(rows.read_all(), {header: f"c{place}" for place, header in enumerate(headers)})


def _on_disk(session: Session, select: str) -> pa.Table:
    target = session.temp / "held.arrow"
    target.unlink(missing_ok=True)  # what is mapped of an earlier file lives on until nobody reads it
    writer = None
    for piece in session.pieces(select, _HELD_ROWS):
        writer = writer or pa.ipc.new_stream(str(target), piece.schema)
        writer.write_table(piece)
    if writer is None:
        return session.table(select)
    writer.close()
    with pa.memory_map(str(target)) as file, pa.ipc.open_stream(file) as rows:
        return rows.read_all()


def _numbered(rows: int, broken: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The numbers of the data rows, from 1, without those of the broken lines."""
    every = np.arange(1, rows + len(broken) + 1)
    return np.delete(every, np.array(broken, np.int64) - 1) if broken else every


def _csv(path: Path, form: CsvForm) -> str:
    # strict_mode is left at its default: DuckDB 2.0 finds no rows at all where it is set and lines end in CR LF
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(form.headers)))
    end = form.line_end.replace("\r", "\\r").replace("\n", "\\n")
    return (
        f"read_csv({literal(path)}, auto_detect = false, header = true, all_varchar = true,"
        f" columns = {{{names}}}, delim = {literal(form.delimiter)}, quote = '\"', escape = '\"', new_line = '{end}',"
        f" store_rejects = true, rejects_limit = 0, max_line_size = {_LONGEST_LINE})"
    )


def _described(session: Session, path: Path) -> list[tuple[str, str]]:
    try:
        described = session.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})")
    except EngineError as error:
        raise UnreadableError("it is not a whole Parquet file") from error
    return [(name, kind) for name, kind, *_ in described]


def _column(name: str, kind: str) -> _Column:
    quoted = identifier(name)
    base = kind.partition("(")[0]
    if kind == "VARCHAR":
        return _Column(quoted)
    if base in _DATES:
        return _Column("NULL::VARCHAR", quoted if kind == "DATE" else f"{quoted}::DATE")
    if base == "TIMESTAMP WITH TIME ZONE":
        return _Column("NULL::VARCHAR", f"timezone('Asia/Shanghai', {quoted})::DATE")
    if base in _WHOLE or base in ("DECIMAL", "ENUM", "BOOLEAN", '"NULL"', "NULL"):
        return _Column(f"{quoted}::VARCHAR")
    if base in ("DOUBLE", "FLOAT"):
        whole = f"{quoted} = floor({quoted}) AND abs({quoted}) < 1e15"
        return _Column(f"CASE WHEN {whole} THEN {quoted}::BIGINT::VARCHAR ELSE {quoted}::VARCHAR END")
    return _Column(quoted, problem=f"its column {name} holds {base.lower()} values; write text or dates")


def _broken_lines(session: Session) -> tuple[int, ...]:
    """Data rows that could not be split. A stray quote may swallow lines: then nothing after it can be trusted."""
    rejected = session.rows("SELECT line, csv_line FROM reject_errors ORDER BY line")
    for line, written in rejected:
        if "\n" in (written or "").strip("\r\n"):
            raise UnreadableError(f"a quote that opens in row {line - 1} is not closed; close or double it")
    return tuple(sorted({line - 1 for line, _ in rejected}))
