"""Rows as files that offices open: CSV with a byte-order mark, XLSX with constant memory."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from typing import IO, BinaryIO

import xlsxwriter
from django.utils import timezone

XLSX_ROWS = 1_048_575
"""Rows below the header that a sheet holds."""


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Returns how many rows were written. A text that a spreadsheet would calculate gets an apostrophe before it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([_harmless(_plain(value)) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


@dataclass(frozen=True, slots=True)
class Written:
    """A file on the disk, open at its beginning and gone once it is closed; its rows, and its SHA-256."""

    file: BinaryIO
    rows: int
    sha256: str


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Written:
    """The rows as CSV, held on the disk: memory does not grow with them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    count = write_csv(file, header, rows)
    file.seek(0)
    digest = file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return Written(file, count, digest)


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Returns how many rows were written; every cell is text or a number, never a formula."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name)
        count = 0
        for count, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(count, place, value)
                else:
                    sheet.write_string(count, place, _plain(value))
    return count


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
