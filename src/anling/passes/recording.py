"""Many passes in one go: a query says whom and when, two statements write it; a run of a province makes millions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from anling.audit import scope
from anling.audit.values import Actor
from anling.passes.models import Way

_INCOMING = "CREATE TEMPORARY TABLE passes_incoming ON COMMIT DROP AS {rows}"
_MADE = """
CREATE TEMPORARY TABLE passes_made ON COMMIT DROP AS
SELECT nextval('passes_pass_id_seq') AS id, each.* FROM (
    SELECT person_id, month, min(shown_at) AS shown_at, (array_agg(evidence))[1] AS evidence
    FROM passes_incoming GROUP BY person_id, month
) AS each
"""
_PASSES = """
INSERT INTO passes_pass
    (id, person_id, month, at, recorded_at, way, channel, evidence, source, doer, doer_label, place)
SELECT id, person_id, month, shown_at, %(recorded_at)s, %(way)s, %(channel)s, evidence, %(source)s, %(doer)s,
    %(doer_label)s, %(place)s
FROM passes_made
"""
_COVERS = """
INSERT INTO passes_cover (made_id, benefit_id, region, month, recorded_at, way)
SELECT m.id, i.benefit_id, i.region, i.month, %(recorded_at)s, %(way)s
FROM passes_incoming i JOIN passes_made m ON m.person_id = i.person_id AND m.month = i.month
"""
_OTHERS = """
INSERT INTO passes_cover (made_id, benefit_id, region, month, recorded_at, way, elsewhere)
SELECT m.id, b.id, b.region, m.month, %(recorded_at)s, %(way)s, NOT starts_with(b.region, %(within)s)
FROM passes_made m JOIN roster_benefit b ON b.person_id = m.person_id
WHERE b.pay_status <> 'ended'
    AND NOT EXISTS (SELECT 1 FROM passes_incoming i WHERE i.benefit_id = b.id AND i.month = m.month)
"""
"""Whoever was seen alive here lives for every region that pays them. Nothing of what they pay is read or told."""
_DONE = "SELECT (SELECT count(*) FROM passes_made), (SELECT count(*) FROM passes_incoming)"


@dataclass(frozen=True, slots=True)
class Origin:
    """What makes passes. source: lasting and never twice for one person and month, such as run:12."""

    way: Way
    source: str
    channel: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many passes were written, and how many benefits they cover of those that the query named."""

    passes: int
    covers: int


def record_set(rows: str, values: Mapping[str, Any], *, origin: Origin, by: Actor, recorded_at: datetime) -> Recorded:
    """Write the passes that a query names, in the running transaction and under its scope.

    rows: SELECT of person_id, benefit_id, region, month (its first day), shown_at, evidence (jsonb), at most one row
    for a benefit; with `values` as its parameters. Benefits of one person and month share one pass, which covers all
    that are compared of that person, in other regions too (platform.md); but what a roster tells of a pass is about
    its own benefit alone. The caller sees to the permission, to the entry in the trail, and that one source is not
    written twice (the table refuses it).
    """
    here = scope.current()
    said: dict[str, str | datetime] = {
        "recorded_at": recorded_at, "way": origin.way, "channel": origin.channel, "source": origin.source,
        "doer": by.key, "doer_label": by.label, "place": origin.place, "within": here.prefix,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.passes_incoming, pg_temp.passes_made")
        cursor.execute(_INCOMING.format(rows=rows), values)
        cursor.execute(_MADE)
        cursor.execute(_PASSES, said)
        cursor.execute(_COVERS, said)
        if origin.way != Way.IMPORTED:
            with scope.within(scope.province()):
                cursor.execute(_OTHERS, said)
        cursor.execute(_DONE)
        return Recorded(*cursor.fetchone())
