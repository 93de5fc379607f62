"""Everybody whose clock runs out is warned 90, 60 and 30 days before the first pay month without pay.

Domain.md, section 1: no stop without a warning that arrived, or a human attempt. One statement over a province.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from anling.access.permissions import require
from anling.access.roles import Act, Role
from anling.audit import kinds
from anling.audit.operations import Subject, record
from anling.audit.scope import province, within
from anling.audit.values import Actor, ActorKind, Permit, Scope
from anling.notices.models import Kind
from anling.notices.queueing import Queued, queue_set
from anling.notices.rule import rule_on
from anling.notices.words import DEFAULT, choose
from anling.passes.stands import make_stands
from anling.policy import load

Progress = Callable[[str, int, int], None]

_STAGES = "CREATE TEMPORARY TABLE notices_stages ON COMMIT DROP AS {rows}"
_RUNNING_OUT = """
SELECT stops.benefit_id, stops.scheme, stops.last_ok, stops.stop_month, CASE
    WHEN stops.stop_month <= %(today)s THEN 0
    WHEN stops.stop_month <= %(today)s + %(last)s THEN %(last)s
    WHEN stops.stop_month <= %(today)s + %(second)s THEN %(second)s
    ELSE %(first)s END AS stage
FROM passes_stand AS stops
WHERE stops.pay_status = 'paying' AND stops.stop_month <= %(today)s + %(first)s
"""
_OUTDATED = """
UPDATE notices_notice n SET state = 'overtaken', why = 'no_longer_due', recalled = true, ended_at = %(at)s
WHERE n.kind = 'warning' AND n.state = 'queued' AND NOT EXISTS (
    SELECT 1 FROM notices_stages s WHERE s.benefit_id = n.benefit_id AND s.stop_month = n.stop_month)
"""
_ROWS = """
SELECT benefit_id, to_char(stop_month, 'YYYY-MM') || ':' || stage AS about, stop_month,
    CASE WHEN scheme = 'resident'
        THEN CASE stage WHEN 0 THEN %(resident_late)s ELSE %(resident)s END
        ELSE CASE stage WHEN 0 THEN %(employee_late)s ELSE %(employee)s END END AS template,
    CASE stage WHEN 0 THEN jsonb_build_object('until', to_char(last_ok, 'YYYY-MM'))
        ELSE jsonb_build_object('until', to_char(last_ok, 'YYYY-MM'), 'stop', to_char(stop_month, 'YYYY-MM')) END
        AS "values"
FROM notices_stages
LEFT JOIN (
    SELECT DISTINCT n.benefit_id, n.stop_month FROM notices_notice n
    WHERE n.kind = 'warning' AND n.state IN ('queued', 'sent', 'delivered')
) AS known USING (benefit_id, stop_month)
WHERE stage > 0 OR known.benefit_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Warned:
    """What one round did. stages: days before the stop → benefits there (0: the stop month has begun).

    overtaken: warnings that waited and are no longer due, because a pass came or the benefit is not in pay any more.
    """

    stages: Mapping[int, int]
    queued: Queued
    overtaken: int


def warn(*, region: str, today: date, by: Actor, at: datetime, progress: Progress | None = None) -> Warned:
    """Queue the warnings that are due in a region on a day; again on the same day, it finds nothing left to queue.

    Of a stop month each benefit gets the warning of the stage in which it is now, never one that was missed. Where the
    stop month has begun and no warning of it is on its way or arrived, one says so. Nobody who is suspended or ended is
    warned. Raises NotAllowedError.
    """
    tell = progress or (lambda label, done, total: None)
    require(by, Act.WORK_CASES, region)
    with within(Scope(region)):
        tell("reading the clocks", 0, 2)
        stages = _stages(region, today, at)
        tell("queueing", 1, 2)
        overtaken = _withdraw_outdated(at)
        queued = queue_set(
            _ROWS, _templates(), kind=Kind.WARNING, rule=rule_on(today), by=by, at=at
        )  # fmt: skip
        if queued.count or overtaken:
            record(
                kinds.Kind.NOTICES_QUEUED, by=by, at=at, on=Subject("warnings", today.isoformat(), region),
                after={**queued.by_channel(), "overtaken": overtaken}, rows=queued.count,
                content_hash=queued.content_hash, policy_version=load().version,
            )  # fmt: skip
        tell("queueing", 2, 2)
    return Warned(stages, queued, overtaken)


def reminder() -> Actor:
    """Who warns every day and tells results: it says what the clock says and decides nothing."""
    return Actor(ActorKind.MACHINE, "machine:reminder", "reminder", (Permit(Role.CLERK.value, province()),))


def _withdraw_outdated(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, {"at": at})
        return int(cursor.rowcount)


def _stages(region: str, today: date, at: datetime) -> Mapping[int, int]:
    first, second, last = rule_on(today).stages
    values: dict[str, Any] = {"today": today, "first": first, "second": second, "last": last}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('notices:warn', 0))")
        make_stands(load(), region=region, on=today, cutoff=at)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.notices_stages")
        cursor.execute(_STAGES.format(rows=_RUNNING_OUT), values)
        cursor.execute("ANALYZE notices_stages")
        cursor.execute("SELECT stage, count(*) FROM notices_stages GROUP BY stage ORDER BY stage DESC")
        return dict(cursor.fetchall())


def _templates() -> Mapping[str, str]:
    before, late = frozenset({"until", "stop"}), frozenset({"until"})
    names = {}
    for scheme in ("resident", "employee"):
        names[scheme] = choose(Kind.WARNING.value, scheme, DEFAULT, before).name
        names[f"{scheme}_late"] = choose(Kind.WARNING.value, scheme, DEFAULT, late).name
    return names
