"""The normalised rows of a file as a temporary table, which lives as long as the connection and no longer.

A killed import therefore leaves nothing behind: its next try fills the table anew.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from django.db import connection

from anling.roster.importing.spelling import keys_of

BATCH = 50_000
"""Rows that are in memory at a time."""

COLUMNS = {
    "row_no": "bigint",
    "benefit_no": "text",
    "person_no": "text",
    "agency": "text",
    "scheme": "text",
    "region": "text",
    "residence_region": "text",
    "unit": "text",
    "application_month": "date",
    "approval_month": "date",
    "benefit_start": "date",
    "last_pass_month": "date",
    "pay_status": "text",
    "suspend_reason": "text",
    "monthly_amount": "numeric(12,2)",
    "phone": "text",
    "address": "text",
    "pinyin": "text",
    "id_type": "text",
    "id_number": "text",
    "id_raw": "text",
    "id_valid": "boolean",
    "name": "text",
    "name_key": "text",
    "sex": "smallint",
    "birth_date": "date",
}
_MONTHS = ("application_month", "approval_month", "benefit_start", "last_pass_month")
_OPTIONAL = ("agency", "residence_region", "unit", "suspend_reason", "phone", "address")
_READ = (
    "row_no", "benefit_no", "person_no", "id_type", "id_raw", "odd_id", "id_status", "name", "odd_name", "sex",
    "birth_date", "scheme", "region", *_OPTIONAL, *_MONTHS, "pay_status", "monthly_amount",
)  # fmt: skip
_CSV = pa_csv.WriteOptions(include_header=False)


def stage(file: Path, told: Callable[[int, int], None]) -> int:
    """Fill roster_incoming from roster.parquet of the ingested store; returns the number of rows.

    told: called with rows done and rows in all, now and then.
    """
    with connection.cursor() as cursor:
        listed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        cursor.execute("DROP TABLE IF EXISTS pg_temp.roster_incoming")
        cursor.execute(f"CREATE TEMPORARY TABLE roster_incoming ({listed})")
        done = 0
        with pq.ParquetFile(file) as parquet:
            total = parquet.metadata.num_rows
            for rows in _batches(parquet):
                with cursor.copy(f"COPY roster_incoming ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)") as copy:
                    copy.write(_as_csv(rows))
                done += len(rows)
                told(done, total)
        cursor.execute("ANALYZE roster_incoming")
    return done


def _batches(parquet: pq.ParquetFile) -> Iterator[pa.Table]:
    for batch in parquet.iter_batches(batch_size=BATCH, columns=list(_READ)):
        yield _incoming(pa.table(batch))


def _as_csv(rows: pa.Table) -> bytes:
    written = io.BytesIO()
    pa_csv.write_csv(rows, written, _CSV)
    return written.getvalue()


def _incoming(rows: pa.Table) -> pa.Table:
    texts = {name: _text(rows, name) for name in ("benefit_no", "person_no", "id_type", "name", "scheme", "region")}
    keys = [keys_of(name) for name in texts["name"].to_pylist()]
    raw = _text(rows, "id_raw")
    columns = {
        **{name: rows.column(name) for name in ("row_no", "monthly_amount", "birth_date")},
        **texts,
        **{name: _text(rows, name).fill_null("") for name in _OPTIONAL},
        **{name: _first_days(rows.column(name)) for name in _MONTHS},
        "pay_status": _text(rows, "pay_status"),
        "id_number": pc.coalesce(_text(rows, "odd_id"), raw),
        "id_raw": raw,
        "id_valid": pc.is_in(_text(rows, "id_status"), pa.array(["valid", "unchecked"])),
        "sex": rows.column("sex").cast(pa.int16()).fill_null(9),
        "name_key": pa.array([key for key, _ in keys], pa.string()),
        "pinyin": pa.array([sound for _, sound in keys], pa.string()),
    }
    return pa.table({name: columns[name] for name in COLUMNS})


def _text(rows: pa.Table, name: str) -> pa.ChunkedArray:
    return rows.column(name).cast(pa.string())


def _first_days(months: pa.ChunkedArray) -> pa.Array:
    """Months counted as year × 12 + month − 1, as the first day of each."""
    missing = months.is_null().to_numpy()
    counted = months.fill_null(1970 * 12).to_numpy().astype(np.int64) - 1970 * 12
    return pa.array(counted.astype("datetime64[M]").astype("datetime64[D]"), pa.date32(), mask=missing)
