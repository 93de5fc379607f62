"""Whoever passed is told so, where the policy says it for that way (notices.yaml): until when, and what comes next.

Passes come one by one and by the million, from rooms further out; this looks for those of which nobody was told yet, so
that none of them has to think of it and a worker that was killed or stood still loses none.
"""

from __future__ import annotations

import json
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
from anling.notices.rule import rule_on
from anling.notices.words import DEFAULT, OTHER_CAUSE, causes, names_by_scheme
from anling.passes.stands import make_clocks
from anling.policy import load

_NOT_CERTIFIED = "no_proof_of_life"
"""Of the roster's reasons to suspend the one that a pass lifts; to others a pass makes no difference."""
_SHAPES = ({"until"}, {"passed"}, {"passed", "cause"})
"""What is said of a pass to somebody in pay, to somebody stopped for want of it, and to somebody stopped otherwise."""
_VALID = "NOT EXISTS (SELECT 1 FROM passes_revocation r WHERE r.made_id = c.made_id AND r.at <= %(at)s)"
_ROWS = f"""
SELECT passed.benefit_id, passed.about, NULL::date AS stop_month,
    %(templates)s::jsonb -> passed.scheme ->> passed.shape AS template,
    CASE passed.shape WHEN 'until' THEN jsonb_build_object('until', to_char(passed.last_ok, 'YYYY-MM'))
        WHEN 'passed' THEN jsonb_build_object('passed', passed.told_month)
        ELSE jsonb_build_object('passed', passed.told_month, 'cause',
            CASE WHEN passed.suspend_reason = ANY(%(causes)s) THEN passed.suspend_reason ELSE %(other)s END)
    END AS "values"
FROM (
    SELECT b.id AS benefit_id, b.scheme, b.suspend_reason, to_char(n.month, 'YYYY-MM') AS told_month,
        CASE WHEN b.pay_status = 'paying' THEN 'until' WHEN b.suspend_reason = '{_NOT_CERTIFIED}' THEN 'passed'
            ELSE 'cause passed' END AS shape,
        (n.month + k.cycle * interval '1 month')::date AS last_ok, 'passed:' || to_char(n.month, 'YYYY-MM') AS about
    FROM (
        SELECT DISTINCT c.benefit_id FROM passes_cover c
        WHERE c.recorded_at > %(since)s AND c.recorded_at <= %(at)s AND c.way = ANY(%(ways)s) AND {_VALID}
    ) AS fresh
    JOIN roster_benefit b ON b.id = fresh.benefit_id AND starts_with(b.region, %(region)s) AND b.pay_status <> 'ended'
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
    on with the next pay; whose pay is stopped for another cause reads that cause, and that a pass does not lift it.
    Raises NotAllowedError.
    """
    require(by, Act.WORK_CASES, region)
    day = timezone.localdate(at)
    rule = rule_on(day)
    values = {
        "region": region, "at": at, "since": at - timedelta(days=rule.result_days), "ways": list(rule.result_ways),
        "templates": json.dumps(names_by_scheme(Kind.RESULT.value, _SHAPES, DEFAULT)), "causes": sorted(causes()),
        "other": OTHER_CAUSE,
    }  # fmt: skip
    with within(Scope(region)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('notices:results', 0))")
        make_clocks(load(), on=day)
        queued = queue_set(_ROWS, values, kind=Kind.RESULT, rule=rule, by=by, at=at)
        if queued.count:
            record(
                kinds.Kind.NOTICES_QUEUED, by=by, at=at, on=Subject("results", day.isoformat(), region),
                after={"kind": Kind.RESULT.value, **queued.by_channel()}, rows=queued.count,
                content_hash=queued.content_hash, policy_version=load().version,
            )  # fmt: skip
    return queued
