"""Files as tables of the engine: Parquet in place; CSV and sheets first into a table of the session, in file order."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from anling.engines.duckdb.session import EngineError, OutOfMemoryError, Session, identifier, literal
from anling.matching.normalise import day

_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_LONGEST_LINE = 2 * 1024 * 1024


class UnreadableError(EngineError):
    """The file is not what its name says, is cut short, or has a column of a kind that no text can be read from."""


class DamagedError(EngineError):
    """Reading the file's columns and nothing else fails: it is the file that is at fault, and no step of ours."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as read: SQL of its text (VARCHAR), and of its day where that is not to be read from the text.

    problem: why no text can be read from it.
    """

    text: str
    day: str = ""
    problem: str = ""


_ABSENT = Column("NULL::VARCHAR", "NULL::DATE")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Our columns of a kind of file, in order; those with dates get a column `…_day` (DATE, NULL where unreadable).

    For months `…_day` is filled only where the file itself holds dates.
    """

    columns: tuple[str, ...]
    dates: frozenset[str]
    months: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: SQL of its relation, of the 1-based number of the data row, and its columns by header.

    `broken`: numbers of the data rows that are no rows of this table, because their line cannot be split into columns.
    `held`: the table of the session that holds the rows, to be dropped once they are taken in.
    """

    relation: str
    row: str
    columns: Mapping[str, Column]
    broken: tuple[int, ...] = field(default=())
    held: str = ""

    def select(self, mapping: Mapping[str, str], wanted: Wanted) -> str:
        """SQL of the row's number and the wanted columns, NULL where `mapping` (ours → header) lacks one.

        Raises UnreadableError for a column of lists, bytes or the like.
        """
        chosen = {ours: self.columns[header] for ours, header in mapping.items()}
        for column in chosen.values():
            if column.problem:
                raise UnreadableError(column.problem)
        listed = [f"{self.row} AS row"]
        for ours in wanted.columns:
            column = chosen.get(ours, _ABSENT)
            listed.append(f"{column.text} AS {ours}")
            if ours in wanted.dates:
                listed.append(f"{column.day or day(column.text)} AS {ours}_day")
            if ours in wanted.months:
                listed.append(f"{column.day or 'NULL::DATE'} AS {ours}_day")
        return f"SELECT {', '.join(listed)} FROM {self.relation}"

    def bare(self, headers: Iterable[str]) -> str:
        """SQL that reads these columns and does nothing with them."""
        read = [sql for header in headers for sql in (self.columns[header].text, self.columns[header].day) if sql]
        return f"SELECT {', '.join(read)} FROM {self.relation}"


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


def open_parquet(session: Session, path: Path) -> Table:
    """A Parquet file, read where it lies. Raises UnreadableError."""
    columns = {name: _column(name, kind) for name, kind in _described(session, path)}
    return Table(f"read_parquet({literal(path)}, file_row_number = true)", "file_row_number + 1", columns)


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written: its headers, in order, the delimiter, and the line end."""

    headers: tuple[str, ...]
    delimiter: str
    line_end: str


def load_csv(session: Session, path: Path, form: CsvForm, used: Mapping[str, bool], name: str) -> Table:
    """A UTF-8 CSV file, its header line left out, as the table `name`.

    `used`: headers to load → whether they hold dates, read here once. Raises UnreadableError where quotes swallow
    lines, DamagedError where the file cannot be read.
    """
    for left in (name, "reject_errors", "reject_scans"):
        session.execute(f"DROP TABLE IF EXISTS {left}")
    columns = {
        header: Column(f"c{place}", f"d{place}" if used[header] else "")
        for place, header in enumerate(form.headers)
        if header in used
    }
    loaded = [column.text for column in columns.values()]
    loaded += [f"{day(column.text)} AS {column.day}" for column in columns.values() if column.day]
    file = _csv(path, form)
    bare = f"SELECT {', '.join(column.text for column in columns.values())} FROM {file}"
    with blaming(session, [bare]):
        session.execute(f"CREATE TEMP TABLE {name} AS SELECT {', '.join(loaded)} FROM {file}")
    broken = _broken_lines(session)
    if not broken:
        return Table(name, "rowid + 1", columns, held=name)
    _count_broken(session, name, broken)
    return Table(name, "place", columns, broken, held=name)


def load_rows(session: Session, rows: pa.RecordBatchReader, headers: tuple[str, ...], name: str) -> Table:
    """Rows of a sheet, all text, as the table `name`: column c0 is under the first header."""
    session.register("sheet_rows", rows)
    try:
        session.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM sheet_rows")
    finally:
        session.unregister("sheet_rows")
    return Table(name, "place", {header: Column(f"c{place}") for place, header in enumerate(headers)}, held=name)


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


def _column(name: str, kind: str) -> Column:
    quoted = identifier(name)
    base = kind.partition("(")[0]
    if kind == "VARCHAR":
        return Column(quoted)
    if base in _DATES:
        return Column("NULL::VARCHAR", quoted if kind == "DATE" else f"{quoted}::DATE")
    if base == "TIMESTAMP WITH TIME ZONE":
        return Column("NULL::VARCHAR", f"timezone('Asia/Shanghai', {quoted})::DATE")
    if base in _WHOLE or base in ("DECIMAL", "ENUM", "BOOLEAN", '"NULL"', "NULL"):
        return Column(f"{quoted}::VARCHAR")
    if base in ("DOUBLE", "FLOAT"):
        whole = f"{quoted} = floor({quoted}) AND abs({quoted}) < 1e15"
        return Column(f"CASE WHEN {whole} THEN {quoted}::BIGINT::VARCHAR ELSE {quoted}::VARCHAR END")
    return Column(quoted, problem=f"its column {name} holds {base.lower()} values; write text or dates")


def _broken_lines(session: Session) -> tuple[int, ...]:
    """Data rows that could not be split. A stray quote may swallow lines: then nothing after it can be trusted."""
    rejected = session.rows("SELECT line, csv_line FROM reject_errors ORDER BY line")
    for line, written in rejected:
        if "\n" in (written or "").strip("\r\n"):
            raise UnreadableError(f"a quote that opens in row {line - 1} is not closed; close or double it")
    return tuple(sorted({line - 1 for line, _ in rejected}))


def _count_broken(session: Session, name: str, broken: tuple[int, ...]) -> None:
    """Give the loaded rows `place`, the number of the data row in the file, counting the broken ones."""
    steps = [(row - number, number) for number, row in enumerate(broken, 1)]
    session.register("broken_rows", pa.table({"before": [s[0] for s in steps], "broken": [s[1] for s in steps]}))
    session.execute(
        "CREATE OR REPLACE TEMP TABLE placed AS SELECT t.*, t.rowid + 1 + coalesce(broken, 0) AS place"
        f" FROM {name} AS t ASOF LEFT JOIN (SELECT before, max(broken) AS broken FROM broken_rows GROUP BY before)"
        " ON before < t.rowid + 1"
    )
    session.unregister("broken_rows")
    session.execute(f"DROP TABLE {name}")
    session.execute(f"ALTER TABLE placed RENAME TO {name}")
