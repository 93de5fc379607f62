"""Benefits that nothing is known to count from: one case for each person and paying region, never a stop (N-A2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.casework.due import due_of_case
from anling.casework.history import OPENING, lock
from anling.casework.models import CaseKind
from anling.comparison.queries.decisions import policy_in_force
from anling.rules.evidence import Scheme

_FOUND = """
CREATE TEMPORARY TABLE casework_baseless ON COMMIT DROP AS
SELECT b.id, b.person_id, b.region, b.unit, b.scheme, left(b.region, 6) AS county
FROM ({rows}) AS i JOIN roster_benefit b ON b.id = i.benefit_id
WHERE b.pay_status = 'paying'
"""
_PLACES = "SELECT DISTINCT scheme, county FROM casework_baseless ORDER BY 1, 2"
_LISTED = """
CREATE TEMPORARY TABLE casework_baseless_people ON COMMIT DROP AS
WITH rule AS (
    SELECT * FROM unnest(%(schemes)s::text[], %(counties)s::text[], %(days)s::date[], %(estimated)s::boolean[],
        %(missing)s::text[]) AS r (scheme, county, due, estimated, missing)
)
SELECT f.person_id, f.region, min(f.unit) AS unit, jsonb_agg(f.id ORDER BY f.id) AS benefits, min(r.due) AS due,
    bool_or(r.estimated) AS estimated, string_agg(DISTINCT r.missing, ' ' ORDER BY r.missing) AS missing
FROM casework_baseless f JOIN rule r ON r.scheme = f.scheme AND r.county = f.county
WHERE NOT EXISTS (SELECT 1 FROM casework_case o
    WHERE o.person_id = f.person_id AND o.region = f.region AND o.state <> 'closed')
GROUP BY f.person_id, f.region
"""
"""Whoever has an open case already is asked in that one."""
_TOLD = """
INSERT INTO casework_caseevent (case_id, region, what, details, note, at, doer_label)
SELECT o.id, o.region, '{what}', jsonb_build_object('kind', 'no_base', 'missing', l.missing), '', %(at)s, %(label)s
FROM {what} o JOIN casework_baseless_people l ON l.person_id = o.person_id AND l.region = o.region
"""
_REOPENED = f"""
WITH last AS (
    SELECT DISTINCT ON (c.person_id, c.region) c.id FROM casework_case c
    JOIN casework_baseless_people l ON l.person_id = c.person_id AND l.region = c.region
    WHERE c.kind = 'no_base' ORDER BY c.person_id, c.region, c.opened_at DESC, c.id DESC
), reopened AS (
    UPDATE casework_case c SET state = 'open', outcome = '', closed_at = NULL, assignee = '', assignee_label = '',
        unit = l.unit, benefits = l.benefits, due = l.due, due_estimated = l.estimated, priority = 2,
        version = c.version + 1
    FROM casework_baseless_people l, last
    WHERE c.id = last.id AND l.person_id = c.person_id AND l.region = c.region
    RETURNING c.id, c.person_id, c.region
), told AS ({_TOLD.format(what="reopened")})
SELECT id FROM reopened ORDER BY id
"""
"""Closed, and nobody remedied it: the same question is open again, with all that was tried before."""
_OPENED = f"""
WITH opened AS (
    INSERT INTO casework_case (person_id, region, unit, benefits, kind, state, reasons, evidence, opened_at, due,
        due_estimated, priority, assignee, assignee_label, tries, outcome, version)
    SELECT l.person_id, l.region, l.unit, l.benefits, 'no_base', 'open', '', '[]', %(at)s, l.due, l.estimated, 2, '',
        '', 0, '', 1
    FROM casework_baseless_people l
    WHERE NOT EXISTS (SELECT 1 FROM casework_case o
        WHERE o.person_id = l.person_id AND o.region = l.region AND o.state <> 'closed')
    RETURNING id, person_id, region
), told AS ({_TOLD.format(what="opened")})
SELECT id FROM opened ORDER BY id
"""


@transaction.atomic
def open_without_base(
    rows: str, values: Mapping[str, Any], *, region: str, source: str, by: Actor, at: datetime
) -> int:  # fmt: skip
    """Open a case for everybody whose benefits a query names, unless one is open; how many are open now for it.

    A case for this that was closed while the month is still missing is opened again; nobody has two.
    rows: SELECT of benefit_id, with `values` as its parameters, within the region prefix and the scope. source: what
    found them, such as payrun:12. The first line of each case says which month the policy counts from and is missing.
    Raises NotAllowedError.
    """
    scope.current()
    require(by, Act.WORK_CASES, region)
    lock(OPENING)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.casework_baseless, pg_temp.casework_baseless_people")
        cursor.execute(_FOUND.format(rows=rows), values)
        cursor.execute(_PLACES)
        cursor.execute(_LISTED, _rules(cursor.fetchall(), at))
        again, fresh = (_opened(cursor, statement, by, at) for statement in (_REOPENED, _OPENED))
    for cases, reopened in ((again, True), (fresh, False)):
        if cases:
            record(
                Kind.CASE_OPENED, by=by, at=at, on=Subject("cases", source, region),
                after={"kind": CaseKind.NO_BASE, **({"again": True} if reopened else {})}, rows=len(cases),
                content_hash=sha256(" ".join(map(str, cases)).encode()).hexdigest(),
            )  # fmt: skip
    return len(again) + len(fresh)


def _opened(cursor: Any, statement: str, by: Actor, at: datetime) -> list[int]:
    cursor.execute(statement, {"at": at, "label": by.label})
    return [key for (key,) in cursor.fetchall()]


def _rules(places: list[tuple[str, str]], at: datetime) -> dict[str, list[Any]]:
    """By scheme and county, since no policy differs below it: the last day, and what the clock would count from."""
    policy, today = policy_in_force(), timezone.localdate(at)
    dues = [due_of_case(scheme, county, today) for scheme, county in places]
    return {
        "schemes": [scheme for scheme, _ in places],
        "counties": [county for _, county in places],
        "days": [due.day for due in dues],
        "estimated": [due.estimated for due in dues],
        "missing": [policy.clock_rule(Scheme(scheme), county, today).first_base.value for scheme, county in places],
    }
