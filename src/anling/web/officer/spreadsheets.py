"""Rows as files that offices open: CSV with a byte-order mark, XLSX with constant memory; written beside, then sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.pages import OfficerRequest
from anling.access.permissions import may
from anling.access.roles import Act
from anling.access.taking_out import note_taken_out
from anling.audit.scope import current
from anling.engines.cells import guarded

XLSX_ROWS = 1_048_575
"""Rows below the header that a sheet holds."""

KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""Formats in which rows are taken out, and what a browser is told of each."""


def formats_for(request: OfficerRequest) -> tuple[str, ...]:
    """The formats that a page offers its officer: none where they may not take lists out."""
    return tuple(KINDS) if may(request.actor, Act.EXPORT_LISTS, current().prefix) else ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A written file, at its beginning, with its rows and its SHA-256 for the trail; sending it closes it."""

    file: IO[bytes]
    kind: str
    rows: int
    sha256: str

    def sent_as(self, name: str) -> FileResponse:
        """The answer that hands it out under a name without its ending."""
        return FileResponse(
            self.file, as_attachment=True, filename=f"{name}.{self.kind}", content_type=KINDS[self.kind]
        )  # fmt: skip


def sheet(kind: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Sheet:
    """The rows as a file of one of the KINDS, in constant memory. Raises Http404 for another kind."""
    if kind not in KINDS:
        raise Http404(gettext("There is no such format."))
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # the answer closes it
    count = (write_xlsx if kind == "xlsx" else write_csv)(file, header, rows)
    file.seek(0)
    digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return Sheet(file, kind, count, digest)


def taken_out(
    request: OfficerRequest, what: str, filters: Mapping[str, Any], header: Sequence[str],
    rows: Iterable[Sequence[object]], note: Callable[..., None] = note_taken_out,
) -> FileResponse:  # fmt: skip
    """A list as the file that was asked for; taking it out is recorded with what narrows it.

    note: the operation of the access room that records it, and asks for the permission. Raises NotAllowedError, Http404
    for a format that there is not.
    """
    made = sheet(request.POST.get("format", "csv"), header, rows)
    told = {name: str(value) for name, value in filters.items() if value} | {"format": made.kind}
    with ExitStack() as handed_out:
        handed_out.callback(made.file.close)  # what is not recorded is not handed out
        note(
            what=what, filters=told, rows=made.rows, content_hash=made.sha256, by=request.actor, at=timezone.now()
        )  # fmt: skip
        handed_out.pop_all()
    return made.sent_as(f"{what}-{timezone.localdate():%Y%m%d}")


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Returns how many rows were written. A text that a spreadsheet would calculate gets an apostrophe before it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([guarded(_plain(value)) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


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
