"""The rows of a delivery that are in quarantine: shown by reason, handed out to be put right, and received again.

What is shown names no person: numbers of rows, and the sentence of intake. What is handed out holds the rows as they
came, so it is a logged act, for officers of the region that the batch was received for (N-C2).
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from anling.audit.values import Actor
from anling.audit.wording import worded
from anling.engines.cells import guarded
from anling.engines.duckdb.store_files import QUARANTINE
from anling.feeds.errors import FeedsError
from anling.feeds.intake import FeedBatch
from anling.feeds.models import Batch
from anling.feeds.operations import note_export, require_for
from anling.feeds.receiving import Rooms, batch_files, manifest_of
from anling.policy import FEED_COLUMNS
from anling.rules.numbers import shown

SAMPLE = 5
"""Rows of each reason that are shown."""

MOST = 100_000
"""Rows that a person could put right; beyond, the department has to send the batch again."""

HEADERS = ("row", "reason", "message", *FEED_COLUMNS)


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Rows refused for one reason; sample: the first of them as (row, row_id as it is shown, sentence)."""

    reason: str
    column: str
    rows: int
    sample: tuple[tuple[int | None, str, str], ...]


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out: open, at its beginning, and gone once it is closed."""

    file: BinaryIO
    content_type: str


def groups(batch: Batch, rooms: Rooms) -> list[ReasonGroup]:
    """The quarantine by reason, the most frequent first."""
    table = _quarantine(batch, rooms)
    counted = pc.value_counts(table.column("reason")).to_pylist()
    found = []
    for each in sorted(counted, key=lambda each: (-each["counts"], each["values"])):
        rows = table.filter(pc.equal(table.column("reason"), each["values"])).slice(0, SAMPLE).to_pylist()
        sample = tuple((row["row"], shown(row["row_id"] or ""), row["message"]) for row in rows)
        found.append(ReasonGroup(each["values"], rows[0]["column"], each["counts"], sample))
    return found


def export(*, batch: Batch, form: str, rooms: Rooms, by: Actor, at: datetime) -> Export:
    """The quarantined rows as they came, each with why it was set aside, as csv or xlsx; recorded in the trail.

    Raises NotAllowedError, FeedsError where there are too many to be put right by hand.
    """
    require_for(batch=batch, by=by)
    if (batch.quarantined or 0) > MOST:
        raise FeedsError(
            worded("%(batch)s: more than %(most)s rows are in quarantine; ask the department to send it again.",
                 batch=batch, most=f"{MOST:,}")
        )  # fmt: skip
    folder = rooms.home / "exports"
    folder.mkdir(exist_ok=True)
    write, content_type = _FORMS[form]
    with ExitStack() as handed_out:
        file = handed_out.enter_context(tempfile.TemporaryFile(dir=folder))
        rows = write(file, _rows(batch, rooms), folder)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        note_export(batch=batch, rows=rows, content_hash=digest, by=by, at=at)
        handed_out.pop_all()  # what is not recorded is closed, and gone with that
    file.seek(0)
    return Export(file, content_type)


def _rows(batch: Batch, rooms: Rooms) -> Iterator[list[str]]:
    """The rows as they came, in the order of the file; those that could not be split into columns follow, bare."""
    table = _quarantine(batch, rooms)
    place_of = {number: place for place, number in enumerate(table.column("row").to_pylist())}
    for sent in rooms.intake().rows_of(batch_files(batch, rooms), manifest_of(batch), place_of.keys()):
        place = place_of.pop(sent["row"])
        yield [*_why(table, place), *(_text(sent.get(name)) for name in FEED_COLUMNS)]
    for place in place_of.values():
        yield [*_why(table, place), *("" for _ in FEED_COLUMNS)]


def _why(table: Any, place: int) -> list[str]:
    row = table.slice(place, 1).to_pylist()[0]
    return [str(row["row"]), row["reason"], row["message"]]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _quarantine(batch: Batch, rooms: Rooms) -> Any:
    if not batch.store_key:
        return QUARANTINE.empty_table()
    folder: Path = rooms.store / batch.store_key
    if not folder.is_dir():  # after a restore: the store is made again from the file as it came
        found = rooms.intake().batch(batch_files(batch, rooms), manifest_of(batch))
        folder = found.folder if isinstance(found, FeedBatch) else folder
    path = folder / "quarantine.parquet"
    return pq.read_table(path) if path.is_file() else QUARANTINE.empty_table()


def _csv(file: BinaryIO, rows: Iterable[Sequence[str]], folder: Path) -> int:
    """With the mark by which spreadsheets know UTF-8; no cell can be taken for a formula."""
    del folder
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer, line = csv.writer(text), 0
    for line, row in enumerate(chain([HEADERS], rows)):  # noqa: B007  # the last one is told
        writer.writerow([guarded(cell) for cell in row])
    text.flush()
    text.detach()
    return line


def _xlsx(file: BinaryIO, rows: Iterable[Sequence[str]], folder: Path) -> int:
    """Every cell is a text: a number of 18 digits must not be rounded, and nothing is computed."""
    line = 0
    with tempfile.TemporaryDirectory(dir=folder) as room:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": room})
        sheet = book.add_worksheet("quarantine")
        for line, row in enumerate(chain([HEADERS], rows)):
            for place, value in enumerate(row):
                sheet.write_string(line, place, value)
        book.close()
    return line


_FORMS = {
    "csv": (_csv, "text/csv"),
    "xlsx": (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
