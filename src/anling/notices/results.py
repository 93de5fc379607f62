"""Whoever passed is told so, where the policy says it for that way (notices.yaml): until when, and what comes next.

Passes come one by one and by the million, from rooms further out; this looks for those of which nobody was told yet, so
that none of them has to think of it and a worker that was killed or stood still loses none.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import kinds
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.notices.models import Kind
from anling.notices.queueing import Queued, queue_set
from anling.notices.rule import rule_on, shipped
from anling.notices.words import DEFAULT, choose
from anling.passes.stands import make_clocks

_NOT_CERTIFIED = "no_proof_of_life"
"""Of the roster's reasons to suspend the one that a pass lifts; to others a pass makes no difference."""
_VALID = "NOT EXISTS (SELECT 1 FROM passes_revocation r WHERE r.made_id = c.made_id AND r.at <= %(at)s)"
_ROWS = f"""
SELECT passed.benefit_id, passed.about, NULL::date AS stop_month,
    CASE WHEN passed.stopped THEN CASE passed.scheme WHEN 'resident' THEN %(resident)s ELSE %(employee)s END
        ELSE %(paying)s END AS template,
    CASE WHEN passed.stopped THEN jsonb_build_object('passed', to_char(passed.month, 'YYYY-MM'))
        ELSE jsonb_build_object('until', to_char(passed.last_ok, 'YYYY-MM')) END AS "values"
FROM (
    SELECT b.id AS benefit_id, b.scheme, n.month, b.pay_status = 'suspended' AS stopped,
        (n.month + k.cycle * interval '1 month')::date AS last_ok, 'passed:' || to_char(n.month, 'YYYY-MM') AS about
    FROM (
        SELECT DISTINCT c.benefit_id FROM passes_cover c
        WHERE c.recorded_at > %(since)s AND c.recorded_at <= %(at)s AND c.way = ANY(%(ways)s) AND {_VALID}
    ) AS fresh
    JOIN roster_benefit b ON b.id = fresh.benefit_id AND starts_with(b.region, %(region)s)
        AND (b.pay_status = 'paying' OR (b.pay_status = 'suspended' AND b.suspend_reason = '{_NOT_CERTIFIED}'))
    JOIN passes_clock k ON k.scheme = b.scheme AND k.region = b.region
    JOIN LATERAL (
        SELECT max(c.month) AS month FROM passes_cover c
        WHERE c.benefit_id = b.id AND c.recorded_at <= %(at)s AND {_VALID}
    ) AS n ON n.month IS NOT NULL
) AS passed
WHERE NOT EXISTS (
    SELECT 1 FROM notices_notice t
    WHERE t.benefit_id = passed.benefit_id AND t.kind = 'result' AND t.about = passed.about)
"""
"""Of each benefit the newest pass, once for its month however often somebody passed in it."""


def tell_results(*, region: str, by: Actor, at: datetime) -> Queued:
    """Queue the results of passes of a region of which nobody was told; again, it finds nothing left to queue.

    Who is in pay reads until when nothing is to do; whose pay is stopped for want of certification reads that it goes
    on with the next pay. Raises NotAllowedError.
    """
    require(by, Act.WORK_CASES, region)
    day = timezone.localdate(at)
    rule = rule_on(day)
    values = {
        "region": region, "at": at, "since": at - timedelta(days=rule.result_days), "ways": list(rule.result_ways),
        **_templates(),
    }  # fmt: skip
    with within(Scope(region)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('notices:results', 0))")
        make_clocks(shipped(), on=day)
        queued = queue_set(_ROWS, values, kind=Kind.RESULT, rule=rule, by=by, at=at)
        if queued.count:
            record(
                kinds.Kind.NOTICES_QUEUED, by=by, at=at, on=Subject("results", day.isoformat(), region),
                after={"kind": Kind.RESULT.value, **queued.by_channel()}, rows=queued.count,
                content_hash=queued.content_hash, policy_version=shipped().version,
            )  # fmt: skip
    return queued


def _templates() -> dict[str, str]:
    names = {
        scheme: choose(Kind.RESULT.value, scheme, DEFAULT, frozenset({"passed"})).name
        for scheme in ("resident", "employee")
    }
    return {**names, "paying": choose(Kind.RESULT.value, "resident", DEFAULT, frozenset({"until"})).name}
