"""The Parquet files of one batch in the ingested store: written piece by piece, whole or not at all by their folder."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from anling.matching.normalise.rejections import Rejection

ROW_GROUP = 30_720
"""Rows by which a run can skip what it does not need; a multiple of the 2,048 rows of one step of the engine."""

REPEATING = (
    "code",
    "sign",
    "grade",
    "scheme",
    "pay_status",
    "id_type",
    "id_status",
    "region",
    "city",
    "residence_region",
    "agency",
    "unit",
)
"""Columns kept as a dictionary; that of any other column would only cost time."""

QUARANTINE = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("row_id", pa.string()),
        ("column", pa.string()),
        ("reason", pa.string()),
        ("message", pa.string()),
    ]
)
"""`row`: 1-based data row of the file, None where the file as a whole is meant; `row_id`: a roster's benefit_no."""


class StoreFile:
    """One Parquet file, to which tables of one form are added: `with StoreFile(path) as file`.

    Without rows there is no file, unless `always`.
    """

    def __init__(self, path: Path, *, always: bool = False) -> None:
        self._path = path
        self._always = always
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Write some rows, in the order they have."""
        if self._writer is None and (len(rows) or self._always):
            self._writer = _writer(self._path, rows.schema)
        if self._writer is not None and len(rows):
            self._writer.write_table(rows, ROW_GROUP)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()


def write_quarantine(path: Path, file: str, rejections: Iterable[Rejection]) -> int:
    """quarantine.parquet, if there are any: one line per row, by row; how many there are."""
    ordered = sorted(rejections, key=lambda each: each.row)
    rows = pa.Table.from_pylist([{"file": file, **each._asdict()} for each in ordered], QUARANTINE)
    with StoreFile(path) as store:
        store.add(rows)
    return len(ordered)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    named = [name for name in REPEATING if name in schema.names]
    return pq.ParquetWriter(
        path,
        schema,
        compression="none",
        use_dictionary=named or False,
        write_statistics=["key"] if "key" in schema.names else False,
        store_schema=False,
    )
