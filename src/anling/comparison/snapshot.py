"""The roster frozen for a run: the rows in scope, in the form of a roster file, with the database's keys beside them.

The last pass of each benefit is the newest one on record that counts for a month up to the day of the run.
PostgreSQL streams one statement's rows, all as of one moment; they go to the file piece by piece, so that memory does
not follow the size of the province. Phones and addresses play no part in a comparison and are left out.

Frozen as known at a past moment it is the file that a run of that moment froze, byte for byte: what was imported,
corrected, merged, paid, passed or revoked since is not in it.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from django.db import connection

from anling.audit.scope import current, within
from anling.audit.values import Scope
from anling.roster.history import ROSTER_THEN

NAME = "roster.parquet"
_BLOCK = 4 << 20
_GROUP = 100_000
_MONTH = "to_char(b.{0}, 'YYYY-MM') AS {0}"
_ROWS = f"""
COPY (
  WITH newest AS (
    SELECT c.benefit_id, max(c.month) AS last_pass_month FROM passes_cover AS c
    WHERE c.month <= %(as_of)s {{recorded}}
      AND NOT EXISTS (SELECT 1 FROM passes_revocation AS r WHERE r.made_id = c.made_id {{revoked}})
    GROUP BY c.benefit_id
  )
  SELECT b.id AS benefit_id, b.person_id, b.benefit_no, b.person_no, id_type, id_number, name, sex,
    to_char(birth_date, 'YYYY-MM-DD') AS birth_date, b.scheme, b.region, b.residence_region, b.agency, b.unit,
    {_MONTH.format("application_month")}, {_MONTH.format("approval_month")}, {_MONTH.format("benefit_start")},
    to_char(n.last_pass_month, 'YYYY-MM') AS last_pass_month, b.pay_status, b.suspend_reason
  FROM {{roster}} LEFT JOIN newest AS n ON n.benefit_id = b.id
  WHERE starts_with(b.region, %(region)s)
  ORDER BY b.id
) TO STDOUT (FORMAT csv, HEADER)
"""
_NOW = _ROWS.format(roster="roster_benefit AS b JOIN roster_person AS p ON p.id = b.person_id", recorded="", revoked="")
_THEN = _ROWS.format(
    roster=f"{ROSTER_THEN} AS b", recorded="AND c.recorded_at <= %(moment)s", revoked="AND r.at <= %(moment)s"
)
_KEYS = {"benefit_id": pa.int64(), "person_id": pa.int64()}
_TEXTS = (
    "benefit_no", "person_no", "id_type", "id_number", "name", "sex", "birth_date", "scheme", "region",
    "residence_region", "agency", "unit", "application_month", "approval_month", "benefit_start", "last_pass_month",
    "pay_status", "suspend_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen roster: the file, its SHA-256, and its rows."""

    file: Path
    sha256: str
    rows: int


def freeze_roster(folder: Path, region: str, as_of: date, *, known_at: datetime | None = None) -> Snapshot:
    """Freeze the benefits of a region prefix into `folder` for a day, under the scope of the running transaction.

    known_at: what was known at that moment, not what is known now; None: now. The file has its name only when it is
    whole; one of that name is replaced.
    """
    current()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{NAME}.part"
    rows = _write(draft, region, as_of, known_at)
    sha256 = _digest(draft)
    draft.replace(folder / NAME)
    return Snapshot(folder / NAME, sha256, rows)


def frozen_roster(folder: Path) -> Snapshot:
    """A snapshot that is there already, hashed anew. Raises FileNotFoundError where it is not."""
    file = folder / NAME
    return Snapshot(file, _digest(file), pq.read_metadata(file).num_rows)


def _write(file: Path, region: str, as_of: date, known_at: datetime | None) -> int:
    rows = 0
    with _streamed(region, as_of, known_at) as reader, pq.ParquetWriter(file, reader.schema) as writer:
        for piece in _regrouped(reader):
            writer.write_table(piece, _GROUP)
            rows += piece.num_rows
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return rows


@contextmanager
def _streamed(region: str, as_of: date, known_at: datetime | None) -> Iterator[Any]:
    """known_at: passes of a benefit that has moved away are read too, which only the scope of the province shows."""
    values = {"as_of": as_of, "region": region, "moment": known_at}
    scope = Scope(region[:2]) if known_at else current()
    with within(scope), connection.cursor() as cursor, cursor.copy(_THEN if known_at else _NOW, values) as copy:
        stream = io.BufferedReader(_Stream(copy), _BLOCK)
        yield pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(block_size=_BLOCK, use_threads=False),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=_KEYS | dict.fromkeys(_TEXTS, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
            ),
        )


def _regrouped(reader: Any) -> Iterator[pa.Table]:
    """The rows in groups of one size: what is written depends on the rows alone, not on how they arrived."""
    held: list[pa.Table] = []
    for batch in reader:
        held.append(pa.Table.from_batches([batch]))
        while sum(each.num_rows for each in held) >= _GROUP:
            whole = pa.concat_tables(held).combine_chunks()
            yield whole.slice(0, _GROUP)
            held = [whole.slice(_GROUP)]
    if held:
        yield pa.concat_tables(held).combine_chunks()


class _Stream(io.RawIOBase):
    """PostgreSQL's COPY as a file to read."""

    def __init__(self, copy: Any) -> None:
        self._copy, self._left = copy, memoryview(b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next bytes; 0 at the end."""
        if not self._left:
            self._left = memoryview(self._copy.read())
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
