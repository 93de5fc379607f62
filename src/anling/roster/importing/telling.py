"""What is shown of a comparison before it is applied: fields, reasons, masked samples, and the lists as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import connection

from anling.engines.cells import guarded
from anling.roster.importing.comparing import REJECTED
from anling.roster.importing.reconciling import samples
from anling.roster.masking import masked

SAMPLES = 20

_FIELDS = "SELECT field, count(*) FROM roster_difference GROUP BY field ORDER BY count(*) DESC, field"
_REASONS = "SELECT fate, count(*) FROM roster_fate WHERE fate = ANY(%s) GROUP BY fate ORDER BY fate"
_SAMPLES = """
SELECT b.benefit_no, d.field, d.before, d.after
FROM roster_difference d JOIN roster_benefit b ON b.id = d.benefit_id ORDER BY b.benefit_no, d.field LIMIT %s
"""
_ADDED = """
SELECT i.benefit_no, i.region, i.scheme, i.pay_status FROM roster_fate f JOIN roster_incoming i USING (row_no)
WHERE f.fate = 'added' ORDER BY i.row_no LIMIT %s
"""
_GONE = "SELECT benefit_no, region FROM roster_gone ORDER BY benefit_no LIMIT %s"
_ALL_GONE = "SELECT benefit_no, region FROM roster_gone ORDER BY benefit_no"
_REJECTED = """
SELECT f.row_no, i.benefit_no, f.fate FROM roster_fate f JOIN roster_incoming i USING (row_no)
WHERE f.fate = ANY(%s) ORDER BY f.row_no
"""
SENTENCES = {
    "out_of_scope": "经办地区不在您的权限范围内 / the paying region is outside your scope; send it to that office",
    "benefit_elsewhere": "该待遇现由其他地区发放 / another region pays this benefit; that office has to hand it over",
    "too_long": "某列内容过长 / a column is longer than the roster holds; shorten it",
}


def _asked(statement: str, *parameters: int | list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())


def details(quarantine: Path) -> dict[str, Any]:
    """Changed fields, reasons of rejection and masked samples, as JSON values."""
    reasons = dict(_asked(_REASONS, list(REJECTED)))
    for _, _, reason, _ in _quarantined(quarantine):
        reasons[reason] = reasons.get(reason, 0) + 1
    return {
        "fields": dict(_asked(_FIELDS)),
        "reasons": reasons,
        "changed": [
            {"benefit_no": number, "field": field, "before": masked(field, before), "after": masked(field, after)}
            for number, field, before, after in _asked(_SAMPLES, SAMPLES)
        ],
        "differs": [dict(zip(("benefit_no", "ours", "theirs"), row, strict=True)) for row in samples(SAMPLES)],
        "added": [dict(zip(("benefit_no", "region", "scheme", "pay_status"), row, strict=True))
                  for row in _asked(_ADDED, SAMPLES)],
        "gone": [dict(zip(("benefit_no", "region"), row, strict=True)) for row in _asked(_GONE, SAMPLES)],
    }  # fmt: skip


def write_lists(folder: Path, quarantine: Path) -> None:
    """rejected.csv (row, benefit_no, reason, message) and gone.csv (benefit_no, region), whole or not at all.

    Row by row, as the files and PostgreSQL hand them over: a wrong column rejects every row of a province.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rejected = ((row, number, fate, SENTENCES[fate]) for row, number, fate in _streamed(_REJECTED, list(REJECTED)))
    header = ("row", "benefit_no", "reason", "message")
    _write(folder / "rejected.csv", header, chain(_quarantined(quarantine), rejected))
    _write(folder / "gone.csv", ("benefit_no", "region"), _streamed(_ALL_GONE))


def _streamed(statement: str, *parameters: list[str]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT", parameters or None) as copy:
        yield from copy.rows()


def _quarantined(file: Path) -> Iterator[tuple[int, str, str, str]]:
    if not file.is_file():
        return
    with pq.ParquetFile(file) as quarantine:
        for batch in quarantine.iter_batches(batch_size=10_000, columns=["row", "row_id", "reason", "message"]):
            for row in batch.to_pylist():
                yield row["row"], row["row_id"] or "", row["reason"], row["message"]


def _write(file: Path, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """With the mark by which spreadsheets know UTF-8; a cell that would be computed gets a quote before it."""
    beside = file.with_suffix(".tmp")
    with beside.open("w", encoding="utf-8-sig", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(header)
        writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    beside.replace(file)
