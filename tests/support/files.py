"""Writes a world as the files of contracts.md: a roster, and a folder per feed with each batch beside its manifest."""

import csv
import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.world import Batch, Row, World

ROSTER_COLUMNS = (
    *("benefit_no", "person_no", "id_type", "id_number", "name", "sex", "birth_date", "scheme", "region"),
    *("application_month", "approval_month", "benefit_start", "last_pass_month", "pay_status"),
)
FEED_COLUMNS = ("row_id", "id_number", "name", "event_date", "end_date", "code", "birth_date", "sex", "region")
DATES = ("event_date", "end_date", "birth_date")


def write_world(world: World, folder: Path, file_format: str = "parquet") -> tuple[Path, Path]:
    """The roster file and the feeds' folder; `file_format` is parquet or csv (UTF-8)."""
    roster = folder / f"roster.{file_format}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feeds").mkdir(exist_ok=True)
    write_rows(world.roster, ROSTER_COLUMNS, roster)
    for batch in world.batches:
        write_batch(batch, folder / "feeds", file_format)
    return roster, folder / "feeds"


def write_batch(batch: Batch, feeds: Path, file_format: str = "parquet") -> Path:
    """One batch and, beside it, its manifest with the hash of what was written."""
    (feeds / batch.feed).mkdir(parents=True, exist_ok=True)
    path = feeds / batch.feed / f"{batch.name}.{file_format}"
    write_rows(batch.rows, FEED_COLUMNS, path)
    manifest = batch.manifest(hashlib.sha256(path.read_bytes()).hexdigest())
    path.with_suffix(".json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def write_rows(rows: Sequence[Row], columns: Sequence[str], path: Path) -> None:
    if path.suffix == ".csv":
        write_csv(rows, columns, path)
    else:
        write_parquet(rows, columns, path)


def write_parquet(rows: Sequence[Row], columns: Sequence[str], path: Path) -> None:
    """Dates as dates, everything else as text."""
    schema = pa.schema([(column, pa.date32() if column in DATES else pa.string()) for column in columns])
    plain = [{column: row.get(column) for column in columns} for row in rows]
    pq.write_table(pa.Table.from_pylist(plain, schema), path)


def write_csv(rows: Sequence[Row], columns: Sequence[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([as_text(row.get(column)) for column in columns] for row in rows)


def as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
