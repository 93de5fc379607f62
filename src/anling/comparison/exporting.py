"""A filtered list as a file that an office opens: written in a stream, row by row as PostgreSQL hands them over."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.db import connection

from anling.comparison.phrases import LISTS, REASONS, SCHEMES, joined
from anling.comparison.queries.lists import find
from anling.comparison.queries.wanted import Wanted
from anling.engines.cells import guarded_sql, masked_sql, shown_sql
from anling.rules.evidence import ListName, Reason, Scheme

HEADINGS = (
    "个人编号 person_no", "待遇编号 benefit_no", "证件号码 id_number", "姓名 name", "险种 scheme",
    "待遇发放地 region", "居住地 residence_region", "经办机构 agency", "管理单位 unit", "名单 list", "原因", "reasons",
    "认证月 pass_month", "依据记录数 deciding_records",
)  # fmt: skip
_MARK = "\ufeff".encode()
_COLUMNS = ", ".join(
    (
        *(shown_sql(f"({guarded_sql(f'b.{name}')})") for name in ("person_no", "benefit_no")),
        guarded_sql(f"({masked_sql('p.id_number')})"),
        *(guarded_sql(name) for name in ("p.name", "s.said", "d.region", "b.residence_region", "b.agency", "d.unit")),
        "l.said, w.zh, w.en, to_char(d.pass_month, 'YYYY-MM'), jsonb_array_length(d.deciding)",
    )
)


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export: an open temporary file at its beginning, its rows, and the SHA-256 of its rows as CSV."""

    file: BinaryIO
    rows: int
    sha256: str


def write_csv(wanted: Wanted, folder: Path) -> Exported:
    """CSV with a byte order mark; what a spreadsheet would take for a formula is kept a text by an apostrophe."""
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # whoever sends it closes it
    header = io.StringIO()
    csv.writer(header).writerow(HEADINGS)
    file.write(_MARK + header.getvalue().encode())
    digest, rows = sha256(), 0
    for piece in _pieces(wanted):
        file.write(piece)
        digest.update(piece)
        rows += 1
    file.seek(0)
    return Exported(file, rows, digest.hexdigest())


def write_xlsx(wanted: Wanted, folder: Path) -> Exported:
    """A workbook of one sheet; every value is a text, so that long numbers stay whole."""
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # whoever sends it closes it
    digest, row = sha256(), 0
    with tempfile.TemporaryDirectory(dir=folder) as room:
        options = {"constant_memory": True, "tmpdir": room, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(HEADINGS) - 1, 20)
        for place, heading in enumerate(HEADINGS):
            sheet.write_string(0, place, heading, bold)
        for row, piece in enumerate(_pieces(wanted), 1):
            digest.update(piece)
            for place, value in enumerate(next(csv.reader([piece.decode()]))):
                if value:
                    sheet.write_string(row, place, value)
        book.close()
    file.seek(0)
    return Exported(file, row, digest.hexdigest())


def _pieces(wanted: Wanted) -> Iterator[bytes]:
    """The rows as lines of CSV, by region and benefit: PostgreSQL sends each row as one message."""
    chosen, parameters = find(wanted).values("benefit_id", "region", "unit", "scheme", "list", "reasons", "pass_month",
                                             "deciding").query.sql_with_params()  # fmt: skip
    words, said = _words(wanted)
    statement = f"""
    COPY (
      SELECT {_COLUMNS}
      FROM ({chosen}) AS d
      JOIN roster_benefit AS b ON b.id = d.benefit_id
      JOIN roster_person AS p ON p.id = b.person_id
      {words}
      ORDER BY d.region, d.benefit_id
    ) TO STDOUT (FORMAT csv)
    """
    with connection.cursor() as cursor, cursor.copy(statement, [*parameters, *said]) as copy:
        for piece in copy:
            yield bytes(piece)


def _words(wanted: Wanted) -> tuple[str, Sequence[Any]]:
    """Joins that put words in the place of codes, with their parameters."""
    sets = find(wanted).order_by().values_list("reasons", flat=True).distinct()
    reasons = [(codes, *joined(REASONS[Reason(code)] for code in codes.split())) for codes in sets] or [("", "", "")]
    schemes = [(each.value, " ".join(SCHEMES[each])) for each in Scheme]
    lists = [(each.value, " ".join(LISTS[each])) for each in ListName]
    joins = (
        f"JOIN (VALUES {_rows(schemes)}) AS s(code, said) ON s.code = d.scheme"
        f" JOIN (VALUES {_rows(lists)}) AS l(code, said) ON l.code = d.list"
        f" JOIN (VALUES {_rows(reasons)}) AS w(code, zh, en) ON w.code = d.reasons"
    )
    return joins, [value for table in (schemes, lists, reasons) for row in table for value in row]


def _rows(table: Sequence[tuple[str, ...]]) -> str:
    return ", ".join(f"({', '.join(['%s'] * len(row))})" for row in table)
