"""The rows of a delivery that are in quarantine: shown by reason, handed out to be put right, and received again.

What is shown names no person: numbers of rows, and the sentence of intake. What is handed out holds the rows as they
came, so it is a logged act, for officers of the region that the batch was received for (N-C2).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from anling.audit.values import Actor
from anling.audit.wording import worded
from anling.comparison.receiving import Rooms, batch_files, manifest_of
from anling.engines.duckdb.store_files import QUARANTINE
from anling.feeds.errors import FeedsError
from anling.feeds.models import Batch
from anling.feeds.operations import note_export, require_for
from anling.policy import FEED_COLUMNS

SAMPLE = 5
"""Rows of each reason that are shown."""

MOST = 100_000
"""Rows that a person could put right; beyond, the department has to send the batch again."""

HEADERS = ("row", "reason", "message", *FEED_COLUMNS)
_LONG_NUMBER = re.compile(r"[0-9]{5,}(?=[0-9Xx]{4})")


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Rows refused for one reason; sample: the first of them as (row, row_id with long numbers masked, sentence)."""

    reason: str
    column: str
    rows: int
    sample: tuple[tuple[int | None, str, str], ...]


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out."""

    name: str
    content: bytes
    content_type: str


def groups(batch: Batch, rooms: Rooms) -> list[ReasonGroup]:
    """The quarantine by reason, the most frequent first."""
    table = _quarantine(batch, rooms)
    counted = pc.value_counts(table.column("reason")).to_pylist()
    found = []
    for each in sorted(counted, key=lambda each: (-each["counts"], each["values"])):
        rows = table.filter(pc.equal(table.column("reason"), each["values"])).slice(0, SAMPLE).to_pylist()
        sample = tuple((row["row"], masked(row["row_id"] or ""), row["message"]) for row in rows)
        found.append(ReasonGroup(each["values"], rows[0]["column"], each["counts"], sample))
    return found


def masked(text: str) -> str:
    """A department's own record number may be the number of a person: of long ones the end alone is shown."""
    return _LONG_NUMBER.sub(lambda found: "*" * len(found[0]), text)


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
    rows = list(_rows(batch, rooms))
    content = _xlsx(rows) if form == "xlsx" else _csv(rows)
    digest = hashlib.sha256(content).hexdigest()
    note_export(batch=batch, rows=len(rows), content_hash=digest, by=by, at=at)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" if form == "xlsx" else "text/csv"
    return Export(f"{batch.feed}-{batch.batch}-quarantine.{'xlsx' if form == 'xlsx' else 'csv'}", content, kind)


def _rows(batch: Batch, rooms: Rooms) -> Iterator[list[str]]:
    refused = {row["row"]: row for row in _quarantine(batch, rooms).to_pylist()}
    sent = rooms.intake().rows_of(batch_files(batch, rooms), manifest_of(batch), refused.keys())
    as_sent = {row["row"]: row for row in sent}
    for number, row in refused.items():
        original = as_sent.get(number, {})
        yield [str(number), row["reason"], row["message"], *(_text(original.get(name)) for name in FEED_COLUMNS)]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _quarantine(batch: Batch, rooms: Rooms) -> Any:
    path: Path = rooms.store / batch.store_key / "quarantine.parquet"
    return pq.read_table(path) if batch.store_key and path.is_file() else QUARANTINE.empty_table()


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("quarantine")
        for line, row in enumerate([HEADERS, *rows]):
            for place, value in enumerate(row):
                sheet.write_string(line, place, value)  # text: a number of 18 digits must not be rounded
    return target.getvalue()
