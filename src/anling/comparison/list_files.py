"""One list as a file: Parquet for programs, CSV with a byte order mark, XLSX in sheets; all written in a stream."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter

from anling.engines.duckdb.listing import COLUMNS

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its header."""

HEADINGS = {
    "person_no": "个人编号 person_no",
    "benefit_no": "待遇编号 benefit_no",
    "id_number": "证件号码 id_number",
    "name": "姓名 name",
    "scheme": "险种 scheme",
    "region": "待遇发放地 region",
    "residence_region": "居住地 residence_region",
    "agency": "经办机构 agency",
    "unit": "管理单位 unit",
    "list": "名单 list",
    "reasons_zh": "原因",
    "reasons_en": "reasons",
    "pass_month": "认证月 pass_month",
    "deciding_records": "依据记录数 deciding_records",
    "newest_deciding": "最新依据日期 newest_deciding",
    "stop_month": "停发月 stop_month",
}
SCHEMA = pa.schema(
    [
        (name, {"deciding_records": pa.int32(), "newest_deciding": pa.date32()}.get(name, pa.string()))
        for name in COLUMNS
    ]
)


class ListFile(Protocol):
    """A list being written. `guarded`: no text may begin like a formula, since the format cannot say 'text'."""

    guarded: bool

    def add(self, rows: pa.Table) -> None:
        """Append rows in the columns of SCHEMA."""


@contextmanager
def open_list(file: Path, list_format: str) -> Iterator[ListFile]:
    """A list that is written while the block runs; an empty one has its header. `list_format`: parquet, csv, xlsx."""
    with _OPENERS[list_format](file) as opened:
        yield opened


class _Parquet:
    guarded = False

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer

    def add(self, rows: pa.Table) -> None:
        self._writer.write_table(rows.cast(SCHEMA))


@contextmanager
def _open_parquet(file: Path) -> Iterator[_Parquet]:
    with pq.ParquetWriter(file, SCHEMA, compression="snappy") as writer:
        yield _Parquet(writer)


class _Csv:
    guarded = True

    def __init__(self, writer: pa_csv.CSVWriter) -> None:
        self._writer = writer

    def add(self, rows: pa.Table) -> None:
        self._writer.write_table(rows.cast(SCHEMA).rename_columns(list(HEADINGS.values())))


@contextmanager
def _open_csv(file: Path) -> Iterator[_Csv]:
    headed = pa.schema([field.with_name(HEADINGS[field.name]) for field in SCHEMA])
    with file.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf")
        with pa_csv.CSVWriter(stream, headed) as writer:
            yield _Csv(writer)


class _Xlsx:
    """Sheets of at most MOST_ROWS rows; every text is written as a text, whatever it begins with."""

    guarded = False

    def __init__(self, book: Any, most_rows: int = MOST_ROWS) -> None:
        self._book = book
        self._most_rows = most_rows
        self._heading = book.add_format({"bold": True})
        self._row = 0
        self._turn_page()

    def add(self, rows: pa.Table) -> None:
        for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            if self._row == self._most_rows:
                self._turn_page()
            self._row += 1
            self._write(row)

    def _write(self, row: tuple[Any, ...]) -> None:
        sheet = self._sheet
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(self._row, place, value)
            elif value is not None and value != "":
                sheet.write_string(self._row, place, str(value))

    def _turn_page(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(HEADINGS) - 1, 20)
        self._row = 0
        for place, heading in enumerate(HEADINGS.values()):
            self._sheet.write_string(0, place, heading, self._heading)


@contextmanager
def _open_xlsx(file: Path) -> Iterator[_Xlsx]:
    # constant_memory keeps the rows of a sheet in a file of this folder until the book is closed
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".sheets-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(file), options)
        yield _Xlsx(book)
        book.close()


_OPENERS: dict[str, Callable[[Path], Any]] = {"parquet": _open_parquet, "csv": _open_csv, "xlsx": _open_xlsx}
