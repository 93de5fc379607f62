"""The lines of a pay run as statements over whole tables: who stops, who is held and why, who resumes.

For each benefit whose clock has run out the facts that the rule asks for are put side by side; the rule itself
(anling.rules.payrun) is then asked once for every set of facts that occurs, and its answer written to all who share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from anling.payment.reasons import NOT_CERTIFIED, SUSPEND_REASONS
from anling.rules.clock import Clock
from anling.rules.months import Month
from anling.rules.payrun import (
    BenefitState,
    ContactAttempt,
    Delivery,
    Outcome,
    RunDecision,
    RunSubject,
    StopWarning,
    decide,
)

ATTEMPT_MONTHS = 4
"""A contact attempt is because of a stop when it was made in the months before it, or later."""

_WHO = "CASE WHEN p.merged_into_id IS NULL THEN p.id ELSE p.merged_into_id END"
"""Whoever was merged into another person brings along what was asked and tried under the other record."""
_DUE = f"""
CREATE TEMPORARY TABLE payment_due ON COMMIT DROP AS
SELECT s.benefit_id, s.person_id, s.region, s.unit, s.scheme, s.base,
    s.base IS NULL AS baseless,
    coalesce(w.delivered, false) AS delivered,
    coalesce(w.undeliverable, false) AS undeliverable,
    coalesce(a.last_at >= s.stop_month - %(attempt_months)s * interval '1 month', false) AS attempted,
    p.person_id IS NOT NULL AS appealed,
    c.person_id IS NOT NULL AS in_work
FROM passes_stand s
LEFT JOIN (
    SELECT n.benefit_id, n.stop_month, bool_or(n.state = 'delivered') AS delivered,
        bool_or(n.state = 'undeliverable') AS undeliverable
    FROM notices_notice n
    WHERE n.kind = 'warning' AND n.ended_at <= %(cutoff)s AND NOT EXISTS (
        SELECT 1 FROM passes_cover c JOIN passes_revocation r ON r.made_id = c.made_id
        WHERE c.benefit_id = n.benefit_id AND r.at > n.ended_at)
    GROUP BY n.benefit_id, n.stop_month
) AS w ON w.benefit_id = s.benefit_id AND w.stop_month = s.stop_month
LEFT JOIN (
    SELECT {_WHO} AS person_id, max(m.at) AS last_at FROM casework_attempt m JOIN roster_person p ON p.id = m.person_id
    WHERE m.recorded_at <= %(cutoff)s AND m.result <> 'wrong_number' GROUP BY 1
) AS a ON a.person_id = s.person_id
LEFT JOIN (
    SELECT DISTINCT {_WHO} AS person_id FROM casework_appeal m JOIN roster_person p ON p.id = m.person_id
    WHERE m.state = 'open'
) AS p ON p.person_id = s.person_id
LEFT JOIN (
    SELECT DISTINCT {_WHO} AS person_id, m.region FROM casework_case m JOIN roster_person p ON p.id = m.person_id
    WHERE m.state <> 'closed'
) AS c ON c.person_id = s.person_id AND c.region = s.region
WHERE s.pay_status = 'paying' AND (s.base IS NULL OR s.stop_month <= %(month)s)
"""
"""A warning of the time before a pass was revoked told nobody that the clock has gone back."""
_FLAGS = ("baseless", "delivered", "undeliverable", "attempted", "appealed", "in_work")
_OUTCOMES = f"""
CREATE TEMPORARY TABLE payment_outcome ({", ".join(f"{name} boolean" for name in _FLAGS)}, state text, holds text)
ON COMMIT DROP
"""
_LINE = (
    "run_id, benefit_id, person_id, region, unit, scheme, action, state, reason, holds, base_month, from_month, fact"
)
_REST = "parts, note, decided_label, answer"
_EMPTY = "'[]'::jsonb, '', '', ''"
_STOPS = f"""
INSERT INTO payment_payline ({_LINE}, {_REST})
SELECT %(run)s, d.benefit_id, d.person_id, d.region, d.unit, d.scheme, 'stop', o.state, '{NOT_CERTIFIED}', o.holds,
    d.base, %(month)s, 'stop:payrun:' || %(run)s, {_EMPTY}
FROM payment_due d JOIN payment_outcome o ON {" AND ".join(f"o.{name} = d.{name}" for name in _FLAGS)}
WHERE NOT EXISTS (SELECT 1 FROM payment_payline l WHERE l.run_id = %(run)s AND l.benefit_id = d.benefit_id)
"""
_RESUMED = f"""
INSERT INTO payment_payline ({_LINE}, {_REST})
SELECT %(run)s, s.benefit_id, s.person_id, s.region, s.unit, s.scheme, 'resume', 'proposed', '{NOT_CERTIFIED}', '',
    s.base, %(month)s, 'resumption:payrun:' || %(run)s, {_EMPTY}
FROM passes_stand s
WHERE s.pay_status = 'suspended' AND s.suspend_reason = '{NOT_CERTIFIED}' AND s.passed IS NOT NULL
    AND s.stop_month > %(month)s
ON CONFLICT (run_id, benefit_id, action) DO NOTHING
"""
_TOLD = "('exported', 'acknowledged', 'closed')"
_SWITCHES = "('stop', 'end', 'resume')"
_ANSWERED = "('approved', 'done', 'refused')"
_HANDED_OVER = f"""EXISTS (
    SELECT 1 FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id
    WHERE l.benefit_id = f.benefit_id AND l.fact = f.ref AND l.state IN {_ANSWERED} AND r.state IN {_TOLD})"""
_NOT_PAID = f"""coalesce((
    SELECT l.action <> 'resume' FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id
    WHERE l.benefit_id = f.benefit_id AND l.action IN {_SWITCHES} AND l.state IN ('approved', 'done')
        AND r.state IN {_TOLD}
    ORDER BY r.month DESC, l.id DESC LIMIT 1), EXISTS (
    SELECT 1 FROM payment_payfact k WHERE k.benefit_id = f.benefit_id AND k.effective IS NOT NULL))"""
"""Whether the pay system does not pay a benefit, by the last line that it carried out (payment.accounts.carried)."""
_WORDS = " ".join(f"WHEN '{kind.value}' THEN '{word}'" for kind, word in SUSPEND_REASONS.items())
_FOUND = f"""
INSERT INTO payment_payline ({_LINE}, {_REST})
SELECT DISTINCT ON (f.benefit_id, action) %(run)s, f.benefit_id, b.person_id, b.region, b.unit, b.scheme,
    CASE f.what WHEN 'end' THEN 'end' WHEN 'stop' THEN 'stop' ELSE 'resume' END AS action, 'proposed',
    CASE f.reason {_WORDS} ELSE f.reason END, '',
    NULL::date, CASE WHEN f.what IN ('end', 'stop') THEN f.month ELSE %(month)s END, f.ref, {_EMPTY}
FROM payment_payfact f JOIN roster_benefit b ON b.id = f.benefit_id
WHERE starts_with(b.region, %(region)s) AND f.source NOT LIKE 'payrun:%%'
    AND f.source NOT LIKE 'earlier:%%'
    AND (%(benefits)s::bigint[] IS NULL OR f.benefit_id = ANY(%(benefits)s))
    AND NOT {_HANDED_OVER}
    AND CASE WHEN f.what IN ('end', 'stop') THEN f.month <= %(month)s AND NOT EXISTS (
            SELECT 1 FROM payment_payfact u
            WHERE u.benefit_id = f.benefit_id AND u.of = f.ref AND u.what IN ('resumption', 'reversal'))
        WHEN f.what IN ('resumption', 'reversal') THEN b.pay_status = 'paying' AND f.month <= %(month)s
            AND {_NOT_PAID}
        ELSE false END
ORDER BY f.benefit_id, action, f.id DESC
ON CONFLICT (run_id, benefit_id, action) DO NOTHING
"""
_AGAIN = f"""
INSERT INTO payment_payline ({_LINE}, {_REST})
SELECT %(run)s, l.benefit_id, b.person_id, b.region, b.unit, b.scheme, l.action,
    CASE waits.why WHEN '' THEN 'proposed' ELSE 'held' END, l.reason, waits.why, l.base_month,
    CASE l.action WHEN 'end' THEN l.from_month ELSE %(month)s END, l.fact, {_EMPTY}
FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id JOIN roster_benefit b ON b.id = l.benefit_id
CROSS JOIN LATERAL (SELECT CASE WHEN l.action = 'stop' AND l.reason = '{NOT_CERTIFIED}' THEN concat_ws(' ',
    CASE WHEN EXISTS (
            SELECT 1 FROM casework_appeal a JOIN roster_person p ON p.id = a.person_id
            WHERE a.state = 'open' AND {_WHO} = b.person_id)
        THEN '{Outcome.HELD_APPEAL.value}' END,
    CASE WHEN EXISTS (
            SELECT 1 FROM casework_case c JOIN roster_person p ON p.id = c.person_id
            WHERE c.state <> 'closed' AND c.region = b.region AND {_WHO} = b.person_id)
        THEN '{Outcome.HELD_CASE.value}' END,
    CASE WHEN NOT %(healthy)s THEN '{Outcome.HELD_FEED_UNHEALTHY.value}' END) ELSE '' END AS why) AS waits
WHERE l.state = 'refused' AND l.action IN {_SWITCHES} AND r.state IN {_TOLD} AND starts_with(b.region, %(region)s)
    AND (%(benefits)s::bigint[] IS NULL OR l.benefit_id = ANY(%(benefits)s))
    AND b.pay_status = CASE l.action WHEN 'end' THEN 'ended' WHEN 'stop' THEN 'suspended' ELSE 'paying' END
    AND NOT EXISTS (
        SELECT 1 FROM payment_payline n JOIN payment_payrun m ON m.id = n.run_id
        WHERE n.benefit_id = l.benefit_id AND n.action IN {_SWITCHES} AND (n.run_id = %(run)s
            OR (n.state IN {_ANSWERED} AND m.state IN {_TOLD} AND (m.month, n.id) > (r.month, l.id))))
ON CONFLICT (run_id, benefit_id, action) DO NOTHING
"""
"""What the pay system refused, or did not answer, is told again until it is done or no longer so."""
_COUNTS = """
SELECT action, state, holds, count(*), coalesce(sum(amount), 0) FROM payment_payline WHERE run_id = %s
GROUP BY action, state, holds ORDER BY action, state, holds
"""


def draft(*, run: int, region: str, month: Month, cutoff: datetime, healthy: bool) -> None:
    """Write the lines of a run in the running transaction, from `passes_stand` (anling.passes.stands)."""
    values: dict[str, Any] = {
        "run": run, "region": region, "month": month.first_day, "cutoff": cutoff, "attempt_months": ATTEMPT_MONTHS,
        "benefits": None, "healthy": healthy,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.payment_due, pg_temp.payment_outcome")
        cursor.execute(_DUE, values)
        cursor.execute(_OUTCOMES)
        cursor.execute(f"SELECT DISTINCT {', '.join(_FLAGS)} FROM payment_due")
        for found in cursor.fetchall():
            flags = dict(zip(_FLAGS, found, strict=True))
            said = decide(_subject(flags, month, timezone.localdate(cutoff), healthy))
            marks = ", ".join(["%s"] * (len(_FLAGS) + 2))
            cursor.execute(f"INSERT INTO payment_outcome VALUES ({marks})", [*found, *_written(said)])
        for statement in (_FOUND, _STOPS, _RESUMED, _AGAIN):
            cursor.execute(statement, values)


def put_found(*, run: int, region: str, month: Month, benefits: Sequence[int], healthy: bool) -> None:
    """Write the lines that findings, reversals and refusals of some benefits bring to a draft, in the transaction."""
    values: dict[str, Any] = {
        "run": run, "region": region, "month": month.first_day, "benefits": list(benefits), "healthy": healthy,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, values)
        cursor.execute(_AGAIN, values)


def counted(run: int) -> list[dict[str, Any]]:
    """Lines of a run by action, state and holds, with sums in yuan."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [run])
        names = ("action", "state", "holds", "lines", "amount")
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**row, "amount": str(row["amount"])} for row in rows]


def _subject(flags: Mapping[str, bool], month: Month, cut_off: date, healthy: bool) -> RunSubject:
    """A benefit of which these facts are true; which one it is plays no part in the rule."""
    about = None if flags["baseless"] else Clock(month - 13, month - 1, month)
    reached = {Delivery.DELIVERED: flags["delivered"], Delivery.UNDELIVERABLE: flags["undeliverable"]}
    return RunSubject(
        month=month,
        cut_off=cut_off,
        state=BenefitState.PAYING,
        clock=about,
        warnings=tuple(StopWarning(month, delivery, cut_off) for delivery, true in reached.items() if true),
        contacts=(ContactAttempt(month, cut_off),) if flags["attempted"] else (),
        feeds_healthy=healthy,
        open_appeal=flags["appealed"],
        case_in_work=flags["in_work"],
    )


def _written(said: RunDecision) -> tuple[str, str]:
    if said.outcome is Outcome.STOP:
        return "proposed", ""
    return "held", " ".join(reason.outcome.value for reason in said.reasons)
