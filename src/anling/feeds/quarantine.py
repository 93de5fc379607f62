"""The rows that a run refused, of the roster and all batches, in one file: file, row, column and reason (N-C2)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from anling.engines.duckdb.store_files import QUARANTINE
from anling.feeds.intake import FeedBatch, RosterBatch


def collect_quarantine(file: Path, roster: RosterBatch, batches: Iterable[FeedBatch]) -> int:
    """Write quarantine.parquet: the roster's rows first, then each batch's; returns the number of rows.

    Files are named as this run met them: the store may have learned the same content under another name.
    """
    rows = 0
    with pq.ParquetWriter(file, QUARANTINE, compression="snappy", store_schema=False) as writer:
        sources: tuple[RosterBatch | FeedBatch, ...] = (roster, *batches)
        for source in sources:
            if source.rejected:
                rows += _copy(source.folder / "quarantine.parquet", source.file, writer)
    return rows


def _copy(stored: Path, name: str, writer: pq.ParquetWriter) -> int:
    rows = 0
    with pq.ParquetFile(stored) as quarantine:
        for batch in quarantine.iter_batches(batch_size=50_000):
            writer.write_batch(_as_asked(batch, name))
            rows += batch.num_rows
    return rows


def _as_asked(batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
    found = set(batch.schema.names)
    columns = [
        batch.column(field.name).cast(field.type) if field.name in found else pa.nulls(batch.num_rows, field.type)
        for field in QUARANTINE
    ]
    columns[0] = pa.array([name] * batch.num_rows, pa.string())
    return pa.record_batch(columns, schema=QUARANTINE)
