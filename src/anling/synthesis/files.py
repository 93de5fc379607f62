"""Files that grow chunk by chunk and are hashed when they are whole."""

import hashlib
import json
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from anling.synthesis.calendar import Batch

SHANGHAI = timezone(timedelta(hours=8))
PLAIN = ("id_number", "row_id", "person_no", "benefit_no", "address", "phone")
"""Columns whose values hardly repeat: a dictionary page would only cost time."""
GATHER_ROWS = 32_768


class Growing(Protocol):
    """A file that tables are appended to."""

    def write(self, table: pa.Table) -> None:
        """Append a table of the file's schema."""

    def close(self) -> None:
        """Finish the file."""


class ParquetFile:
    """A Parquet file, one row group per table, zstd."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        repeated = [name for name in schema.names if name not in PLAIN]
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, use_dictionary=repeated)

    def write(self, table: pa.Table) -> None:
        """Append a table as a row group."""
        self._writer.write_table(table, row_group_size=1 << 20)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class CsvFile:
    """A CSV file with one header line, in UTF-8 or GB18030."""

    def __init__(self, path: Path, schema: pa.Schema, encoding: str) -> None:
        self._encoding = encoding
        self._file: BinaryIO = path.open("wb")
        self._file.write((",".join(schema.names) + "\n").encode(encoding))

    def write(self, table: pa.Table) -> None:
        """Append the table's rows."""
        sink = pa.BufferOutputStream()
        pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
        text: bytes = sink.getvalue().to_pybytes()
        self._file.write(text if self._encoding == "utf-8" else text.decode("utf-8").encode(self._encoding))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def suffix(form: str) -> str:
    """The file name's ending for a format: parquet or csv. Raises ValueError for any other."""
    if form not in ("parquet", "csv"):
        raise ValueError(f"the format must be parquet or csv, not {form!r}")
    return f".{form}"


def open_file(path: Path, schema: pa.Schema, encoding: str) -> Growing:
    """A new file in the format of its name."""
    return ParquetFile(path, schema) if path.suffix == ".parquet" else CsvFile(path, schema, encoding)


class BatchFile:
    """One batch of a feed: rows gathered until a row group is worth writing, then the manifest."""

    def __init__(self, path: Path, schema: pa.Schema, encoding: str, feed: str, batch: Batch) -> None:
        self._path, self._feed, self._batch = path, feed, batch
        self._file = open_file(path, schema, encoding)
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(table)
        self._waiting_rows += table.num_rows
        self.rows += table.num_rows
        if self._waiting_rows >= GATHER_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._file.write(pa.concat_tables(self._waiting).combine_chunks())
        self._waiting, self._waiting_rows = [], 0

    def close(self) -> None:
        """Finish the file and write its manifest beside it."""
        self._flush()
        self._file.close()
        handed_over = datetime.combine(self._batch.delivered_on, time(8), SHANGHAI)
        manifest = {
            "feed": self._feed,
            "batch": self._batch.name,
            "covers_from": self._batch.covers_from.isoformat(),
            "covers_to": self._batch.covers_to.isoformat(),
            "delivered_at": handed_over.isoformat(),
            "rows": self.rows,
            "sha256": sha256(self._path),
        }
        self._path.with_suffix(".json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
