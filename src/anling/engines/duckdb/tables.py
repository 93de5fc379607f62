"""Files as tables of the engine: Parquet in place; CSV and sheets first into a table of the session, in file order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from anling.engines.duckdb.session import EngineError, Session, identifier, literal

_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_LONGEST_LINE = 2 * 1024 * 1024


class UnreadableError(EngineError):
    """The file is not what its name says, is cut short, or has a column of a kind that no text can be read from."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as read: SQL that gives VARCHAR, or DATE where `is_date`; `problem`: why no text can be read from it."""

    sql: str
    is_date: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: SQL of its relation, of the 1-based number of the data row, and its columns by header.

    `broken`: numbers of the data rows that are no rows of this table, because their line cannot be split into columns.
    """

    relation: str
    row: str
    columns: Mapping[str, Column]
    broken: tuple[int, ...] = field(default=())

    def view(self, session: Session, mapping: Mapping[str, str], wanted: Iterable[str]) -> frozenset[str]:
        """Create the view `source` with the wanted columns, NULL where `mapping` (ours → header) lacks one.

        Returns the columns that are DATE. Raises UnreadableError for a column of lists, bytes or the like.
        """
        chosen = {ours: self.columns[header] for ours, header in mapping.items()}
        for column in chosen.values():
            if column.problem:
                raise UnreadableError(column.problem)
        listed = [f"{self.row} AS row"]
        listed += [f"{chosen[ours].sql if ours in chosen else 'NULL::VARCHAR'} AS {ours}" for ours in wanted]
        session.execute(f"CREATE OR REPLACE TEMP VIEW source AS SELECT {', '.join(listed)} FROM {self.relation}")
        return frozenset(ours for ours, column in chosen.items() if column.is_date)


def parquet_headers(session: Session, path: Path) -> tuple[str, ...]:
    """The column names of a Parquet file. Raises UnreadableError."""
    return tuple(name for name, _ in _described(session, path))


def open_parquet(session: Session, path: Path) -> Table:
    """A Parquet file, read where it lies. Raises UnreadableError."""
    columns = {name: _column(name, kind) for name, kind in _described(session, path)}
    return Table(f"read_parquet({literal(path)}, file_row_number = true)", "file_row_number + 1", columns)


def load_csv(session: Session, path: Path, headers: tuple[str, ...], delimiter: str, line_end: str) -> Table:
    """A UTF-8 CSV file, its header line left out. Raises UnreadableError where quotes swallow lines."""
    for left in ("loaded", "reject_errors", "reject_scans"):
        session.execute(f"DROP TABLE IF EXISTS {left}")
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(headers)))
    end = line_end.replace("\r", "\\r").replace("\n", "\\n")
    session.execute(
        f"CREATE TEMP TABLE loaded AS SELECT * FROM read_csv({literal(path)}, auto_detect = false, header = false,"
        f" skip = 1, all_varchar = true, columns = {{{names}}}, delim = {literal(delimiter)}, quote = '\"',"
        f" escape = '\"', new_line = '{end}', strict_mode = true, store_rejects = true, rejects_limit = 0,"
        f" max_line_size = {_LONGEST_LINE})"
    )
    broken = _broken_lines(session)
    columns = {header: Column(f"c{place}") for place, header in enumerate(headers)}
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
        return Column(quoted if kind == "DATE" else f"{quoted}::DATE", is_date=True)
    if base == "TIMESTAMP WITH TIME ZONE":
        return Column(f"timezone('Asia/Shanghai', {quoted})::DATE", is_date=True)
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
        if "\n" in (written or "").rstrip("\r\n"):
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
