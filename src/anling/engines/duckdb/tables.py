"""Files as tables of the engine: Parquet in place; CSV and sheets first into a table of the session, in file order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from anling.engines.duckdb.session import EngineError, Session, identifier, literal
from anling.matching.normalise import day

_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_LONGEST_LINE = 2 * 1024 * 1024


class UnreadableError(EngineError):
    """The file is not what its name says, is cut short, or has a column of a kind that no text can be read from."""


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
    """

    relation: str
    row: str
    columns: Mapping[str, Column]
    broken: tuple[int, ...] = field(default=())

    def view(self, session: Session, mapping: Mapping[str, str], wanted: Wanted) -> None:
        """Create the view `source` with the wanted columns, NULL where `mapping` (ours → header) lacks one.

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
        session.execute(f"CREATE OR REPLACE TEMP VIEW source AS SELECT {', '.join(listed)} FROM {self.relation}")


def open_parquet(session: Session, path: Path) -> Table:
    """A Parquet file, read where it lies. Raises UnreadableError."""
    columns = {name: _column(name, kind) for name, kind in _described(session, path)}
    return Table(f"read_parquet({literal(path)}, file_row_number = true)", "file_row_number + 1", columns)


def load_csv(
    session: Session, path: Path, headers: tuple[str, ...], used: Mapping[str, bool], delimiter: str, line_end: str
) -> Table:
    """A UTF-8 CSV file, its header line left out. `used`: headers to load → whether they hold dates, read here once.

    Raises UnreadableError where quotes swallow lines.
    """
    for left in ("loaded", "reject_errors", "reject_scans"):
        session.execute(f"DROP TABLE IF EXISTS {left}")
    columns = {
        header: Column(f"c{place}", f"d{place}" if used[header] else "")
        for place, header in enumerate(headers)
        if header in used
    }
    loaded = [column.text for column in columns.values()]
    loaded += [f"{day(column.text)} AS {column.day}" for column in columns.values() if column.day]
    session.execute(
        f"CREATE TEMP TABLE loaded AS SELECT {', '.join(loaded)} FROM {_csv(path, len(headers), delimiter, line_end)}"
    )
    broken = _broken_lines(session)
    if not broken:
        return Table("loaded", "rowid + 1", columns)
    return Table(_shifted(session, broken), "place", columns, broken)


def load_rows(session: Session, rows: pa.RecordBatchReader, headers: tuple[str, ...]) -> Table:
    """Rows of a sheet, all text: column c0 is under the first header."""
    session.execute("DROP TABLE IF EXISTS loaded")
    session.register("sheet_rows", rows)
    try:
        session.execute("CREATE TEMP TABLE loaded AS SELECT * FROM sheet_rows")
    finally:
        session.unregister("sheet_rows")
    return Table("loaded", "place", {header: Column(f"c{place}") for place, header in enumerate(headers)})


def _csv(path: Path, width: int, delimiter: str, line_end: str) -> str:
    # strict_mode is left at its default: DuckDB 2.0 finds no rows at all where it is set and lines end in CR LF
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    end = line_end.replace("\r", "\\r").replace("\n", "\\n")
    return (
        f"read_csv({literal(path)}, auto_detect = false, header = true, all_varchar = true,"
        f" columns = {{{names}}}, delim = {literal(delimiter)}, quote = '\"', escape = '\"', new_line = '{end}',"
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


def _shifted(session: Session, broken: tuple[int, ...]) -> str:
    """The loaded rows with `place`, the number of the data row in the file, counting the broken ones."""
    steps = [(row - number, number) for number, row in enumerate(broken, 1)]
    session.register("broken_rows", pa.table({"before": [s[0] for s in steps], "broken": [s[1] for s in steps]}))
    session.execute(
        "CREATE OR REPLACE TEMP TABLE placed AS SELECT loaded.*, loaded.rowid + 1 + coalesce(broken, 0) AS place"
        " FROM loaded ASOF LEFT JOIN (SELECT before, max(broken) AS broken FROM broken_rows GROUP BY before)"
        " ON before < loaded.rowid + 1"
    )
    session.unregister("broken_rows")
    session.execute("DROP TABLE loaded")
    return "placed"
