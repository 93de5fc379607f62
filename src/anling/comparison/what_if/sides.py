"""Both sides of a what-if as tables: list, reasons and stop month of every benefit before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from anling.comparison.models import WhatIf
from anling.passes.stands import make_stands
from anling.policy import Policy
from anling.rules.evidence import Scheme
from anling.rules.months import Month

_COLUMNS = "region, scheme, list_before, list_after, reasons_after, stop_before, stop_after"
_STANDS = """
CREATE TEMPORARY TABLE what_if_{side} ON COMMIT DROP AS
SELECT benefit_id, person_id, region, unit, scheme, pay_status, base FROM passes_stand
"""
# who is in pay is asked of the roster of today: nobody stops who has stopped
_FROM_RUN = """
CREATE TEMPORARY TABLE what_if_held ON COMMIT DROP AS
SELECT d.benefit_id, d.person_id, d.region, d.unit, d.scheme, d.list AS list_before, s.list AS list_after,
    d.reasons AS reasons_before, s.reasons AS reasons_after, b.pay_status = 'paying' AS paying,
    greatest({before}, d.pass_month) AS from_before, greatest({after}, s.pass_month) AS from_after
FROM comparison_decision d
JOIN staging_decision s ON s.benefit_id = d.benefit_id
JOIN roster_benefit b ON b.id = d.benefit_id
{joins}
WHERE d.run_id = %(run)s AND starts_with(d.region, %(region)s)
"""
_STAND_JOINS = """
LEFT JOIN what_if_before sb ON sb.benefit_id = d.benefit_id
LEFT JOIN what_if_after sa ON sa.benefit_id = d.benefit_id
"""
_FROM_STANDS = """
CREATE TEMPORARY TABLE what_if_held ON COMMIT DROP AS
SELECT b.benefit_id, b.person_id, b.region, b.unit, b.scheme, ''::text AS list_before, ''::text AS list_after,
    ''::text AS reasons_before, ''::text AS reasons_after, b.pay_status = 'paying' AS paying,
    b.base AS from_before, a.base AS from_after
FROM what_if_before b JOIN what_if_after a ON a.benefit_id = b.benefit_id
"""
_CLOCK = """
CREATE TEMPORARY TABLE what_if_clock (scheme text, region text, before int, after int) ON COMMIT DROP
"""
_STOP = """CASE WHEN h.paying AND h.from_{side} IS NOT NULL THEN
    greatest((h.from_{side} + c.{side} * interval '1 month')::date, %(first)s::date) END"""
_SIDES = """
CREATE TEMPORARY TABLE what_if_sides ON COMMIT DROP AS
SELECT h.benefit_id, h.person_id, h.region, h.unit, h.scheme, h.list_before, h.list_after, h.reasons_before,
    h.reasons_after,
    {before} AS stop_before, {after} AS stop_after
FROM what_if_held h JOIN what_if_clock c ON c.scheme = h.scheme AND c.region = h.region
"""
_COUNTS = f"""
INSERT INTO comparison_whatifcount (what_if_id, {_COLUMNS}, benefits)
SELECT %(what_if)s, left(region, 6), {_COLUMNS.partition(", ")[2]}, count(*)
FROM what_if_sides GROUP BY left(region, 6), {_COLUMNS.partition(", ")[2]}
"""
_LINES = f"""
INSERT INTO comparison_whatifline (what_if_id, benefit_id, person_id, unit, reasons_before, {_COLUMNS})
SELECT %(what_if)s, benefit_id, person_id, unit, reasons_before, {_COLUMNS} FROM what_if_sides
WHERE list_before <> list_after OR stop_before IS DISTINCT FROM stop_after ORDER BY region, benefit_id
"""
_DIGEST = f"""
SELECT {_COLUMNS}, benefits FROM comparison_whatifcount WHERE what_if_id = %s
ORDER BY {_COLUMNS}
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """Benefits looked at, those of which something would change, and the SHA-256 over the counts."""

    benefits: int
    lines: int
    content_hash: str


def lay_out(what_if: WhatIf, force: Policy, tried: Policy, at: datetime) -> Compared:
    """Fill the counts and lines of a what-if, in its scope and the running transaction.

    With a run, its decisions stand before and `staging_decision` (comparison.loading) after. The clock counts from the
    newer of base and the run's pass; the months are those of rules.clock under either policy on the day asked about.
    """
    values = {
        "what_if": what_if.pk, "run": what_if.run_id, "region": what_if.region,
        "first": Month.of_date(what_if.on).first_day,
    }  # fmt: skip
    with connection.cursor() as cursor:
        if what_if.stands:
            for side, policy in (("before", force), ("after", tried)):
                make_stands(policy, region=what_if.region, on=what_if.on, cutoff=at)
                cursor.execute(_STANDS.format(side=side))
        cursor.execute(_held(what_if), values)
        _clocks(cursor, force, tried, what_if.on)
        cursor.execute(_SIDES.format(before=_STOP.format(side="before"), after=_STOP.format(side="after")), values)
        cursor.execute("SELECT count(*) FROM what_if_sides")
        (benefits,) = cursor.fetchone()
        cursor.execute(_COUNTS, values)
        cursor.execute(_LINES, values)
        lines = cursor.rowcount
        cursor.execute(_DIGEST, [what_if.pk])
        return Compared(benefits, lines, _hash(cursor.fetchall()))


def _held(what_if: WhatIf) -> str:
    if not what_if.run_id:
        return _FROM_STANDS
    if what_if.stands:
        return _FROM_RUN.format(before="sb.base", after="sa.base", joins=_STAND_JOINS)
    return _FROM_RUN.format(before="d.base_month", after="s.base_month", joins="")


def _clocks(cursor: Any, force: Policy, tried: Policy, on: date) -> None:
    """The months after which pay stops, asked of the rule for every scheme and region that occurs."""
    cursor.execute(_CLOCK)
    cursor.execute("SELECT DISTINCT scheme, region FROM what_if_held")
    rows = [
        (
            scheme,
            region,
            *(policy.clock_rule(Scheme(scheme), region, on).stop_after_months for policy in (force, tried)),
        )
        for scheme, region in cursor.fetchall()
    ]
    cursor.executemany("INSERT INTO what_if_clock VALUES (%s, %s, %s, %s)", rows)


def _hash(rows: Iterable[tuple[Any, ...]]) -> str:
    return sha256(json.dumps([list(row) for row in rows], default=str, ensure_ascii=False).encode()).hexdigest()
