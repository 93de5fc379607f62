"""The province's regions as they come with the program (data/README.md), and their one way into the table."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files

from django.db import connection, transaction

from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.territory.codes import level_of, parent_of
from anling.territory.models import Source

SOURCE = "regions"
_DATA = files("anling.territory") / "data"
_STAGING = """
CREATE TEMPORARY TABLE region_staging (code text, name text, level text, parent text, valid_from date, valid_to date,
                                       successor text) ON COMMIT DROP
"""
_MERGE = """
INSERT INTO territory_region (code, name, level, parent_id, valid_from, valid_to, successor_id)
SELECT code, name, level, parent, valid_from, valid_to, successor FROM region_staging
ON CONFLICT (code) DO UPDATE SET
    (name, level, parent_id, valid_from, valid_to, successor_id)
    = (excluded.name, excluded.level, excluded.parent_id, excluded.valid_from, excluded.valid_to, excluded.successor_id)
"""

Row = tuple[str, str, str, str | None, str | None, str | None, str | None]


def load_regions(*, by: Actor, at: datetime) -> int:
    """Bring the table to the files that came with this program; how many rows that were, 0 where it was there already.

    Nothing is removed: a code that old records name stays. One entry in the trail.
    """
    packed, changes = (_DATA / "guangdong.csv.gz").read_bytes(), (_DATA / "changes.csv").read_bytes()
    content_hash = hashlib.sha256(packed + changes).hexdigest()
    if Source.objects.filter(name=SOURCE, content_hash=content_hash).exists():
        return 0
    rows = list(_rows(gzip.decompress(packed).decode(), changes.decode()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGING)
        with cursor.copy("COPY region_staging FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_MERGE)
        Source.objects.update_or_create(
            name=SOURCE, defaults={"content_hash": content_hash, "rows": len(rows), "loaded_at": at}
        )
        record(
            Kind.TERRITORY_LOADED, by=by, at=at, on=Subject("region", SOURCE), rows=len(rows), content_hash=content_hash
        )
    return len(rows)


def _rows(regions: str, changes: str) -> Iterator[Row]:
    """Every region of today and every county of before."""
    dated = {row["code"]: row for row in csv.DictReader(io.StringIO(changes))}
    today = {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(regions))}
    names = {**today, **{code: row["name"] for code, row in dated.items() if row["name"]}}
    for code, name in sorted(names.items()):
        times = dated.get(code, {})
        yield (
            code, name, level_of(code), parent_of(code),
            times.get("valid_from") or None, times.get("valid_to") or None, times.get("successor") or None,
        )  # fmt: skip
