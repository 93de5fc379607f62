"""What a run that is handed over tells those whose pay it changes; queued by the export, in its transaction.

By the export and not by the answer to it: from then on the stop counts, no emergency stop undoes it, and whoever reads
of it early can still pass before the next run; the answer comes weeks later or never. What it refuses is told again by
the next run (payment.runs.drafting), to the pay system alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from anling.audit import kinds
from anling.audit.operations import record
from anling.audit.values import Actor
from anling.notices.models import Kind
from anling.notices.queueing import Queued, queue_set
from anling.notices.recalling import LATER_RUN, recall_set
from anling.notices.rule import rule_on
from anling.notices.words import DEFAULT, OTHER_CAUSE, causes, names_by_scheme
from anling.payment.models import PayRun
from anling.payment.reasons import NOT_CERTIFIED, SUSPEND_REASONS
from anling.payment.runs.proposing import subject
from anling.rules.events import EventKind

_DEATH = SUSPEND_REASONS[EventKind.DEATH]
_CAUSE = "jsonb_build_object('cause', CASE WHEN l.reason = ANY(%(causes)s) THEN l.reason ELSE %(other)s END)"
_STOPS = f"""
SELECT l.benefit_id, left(l.fact, 60) AS about, %(month)s::date AS stop_month,
    (%(templates)s::jsonb -> l.scheme) ->> CASE l.reason WHEN '{NOT_CERTIFIED}' THEN 'stop' ELSE 'cause stop' END
        AS template,
    jsonb_build_object('stop', to_char(%(month)s::date, 'YYYY-MM'))
        || CASE l.reason WHEN '{NOT_CERTIFIED}' THEN '{{}}'::jsonb ELSE {_CAUSE} END AS "values"
FROM payment_payline l JOIN roster_benefit b ON b.id = l.benefit_id
WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.action = 'stop'
    AND (l.reason <> '{NOT_CERTIFIED}' OR b.suspend_reason = '{NOT_CERTIFIED}')
"""
"""Who was found dead or in custody since the run was signed is not asked to confirm: the run of the end tells of it."""
_ENDS = f"""
SELECT l.benefit_id, left(l.fact, 60) AS about, NULL::date AS stop_month,
    (%(templates)s::jsonb -> l.scheme) ->> CASE l.reason WHEN '{_DEATH}' THEN 'last' ELSE 'cause end' END AS template,
    CASE l.reason
        WHEN '{_DEATH}' THEN jsonb_build_object('last', to_char(l.from_month - interval '1 month', 'YYYY-MM'))
        ELSE jsonb_build_object('end', to_char(l.from_month, 'YYYY-MM')) || {_CAUSE} END AS "values"
FROM payment_payline l WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.action = 'end'
"""
"""After a death the family reads until which month pay is due; what was paid beyond is a matter of its own."""
_RESUMES = """
SELECT l.benefit_id, left(l.fact, 60) AS about, NULL::date AS stop_month,
    (%(templates)s::jsonb -> l.scheme) ->> CASE WHEN owed.id IS NULL THEN 'resume' ELSE 'arrears resume since' END
        AS template,
    jsonb_build_object('resume', to_char(%(month)s::date, 'YYYY-MM')) || CASE WHEN owed.id IS NULL
        THEN '{}'::jsonb
        ELSE jsonb_build_object('arrears', owed.amount::text, 'since', to_char(owed.from_month, 'YYYY-MM'))
        END AS "values"
FROM payment_payline l
LEFT JOIN payment_payline owed ON owed.run_id = l.run_id AND owed.benefit_id = l.benefit_id
    AND owed.action = 'arrears' AND owed.state = 'approved'
WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.action = 'resume' AND NOT EXISTS (
    SELECT 1 FROM notices_notice a
    WHERE a.benefit_id = l.benefit_id AND a.kind = 'apology' AND a.about = left(l.fact, 60))
"""
"""Whose stop was reversed has the apology, which names month and arrears already (payment.effects.reversing)."""
_ARREARS = f"""
SELECT l.benefit_id, left(l.fact, 60) AS about, NULL::date AS stop_month,
    (%(templates)s::jsonb -> l.scheme) ->> CASE WHEN died THEN 'estate paid since' ELSE 'arrears paid since' END
        AS template,
    jsonb_build_object(CASE WHEN died THEN 'estate' ELSE 'arrears' END, l.amount::text,
        'since', to_char(l.from_month, 'YYYY-MM'), 'paid', to_char(%(month)s::date, 'YYYY-MM')) AS "values"
FROM payment_payline l
JOIN (SELECT id, pay_status = 'ended' AND suspend_reason = '{_DEATH}' AS died FROM roster_benefit) AS b
    ON b.id = l.benefit_id
WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.action = 'arrears' AND NOT EXISTS (
    SELECT 1 FROM notices_notice a
    WHERE a.benefit_id = l.benefit_id AND a.kind IN ('{Kind.RESTORATION.value}', '{Kind.APOLOGY.value}')
        AND a."values" ->> 'arrears' = l.amount::text
        AND a."values" ->> 'resume' = to_char(%(month)s::date, 'YYYY-MM'))
"""
"""Arrears of which no notice says already that just these come with just this pay: paid on application, after a
reversal, to a family, after a resumption that was refused and is sent again."""
_OFFSETS = """
SELECT l.benefit_id, split_part(l.fact, ':payrun:', 1) AS about, NULL::date AS stop_month,
    (%(templates)s::jsonb -> l.scheme) ->> 'kept paid' AS template,
    jsonb_build_object('kept', l.amount::text, 'paid', to_char(%(month)s::date, 'YYYY-MM')) AS "values"
FROM payment_payline l WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.action = 'offset'
"""
"""Once for a recovery, with the first part: the decision that went before names the others."""
_FILLED = {
    Kind.SUSPENSION: (_STOPS, ({"stop"}, {"stop", "cause"})),
    Kind.END: (_ENDS, ({"last"}, {"end", "cause"})),
    Kind.RESTORATION: (_RESUMES, ({"resume"}, {"resume", "arrears", "since"})),
    Kind.ARREARS: (_ARREARS, ({"paid", "arrears", "since"}, {"paid", "estate", "since"})),
    Kind.OFFSET: (_OFFSETS, ({"paid", "kept"},)),
}
"""In this order: arrears are told by themselves where no resumption has told them."""
_OVERTAKEN = """
SELECT l.benefit_id, before.kind, '' AS about
FROM payment_payline l JOIN (VALUES
    ('stop', 'restoration'), ('resume', 'suspension'),
    ('end', 'warning'), ('end', 'result'), ('end', 'suspension'), ('end', 'restoration')
) AS before (action, kind) ON before.action = l.action
WHERE l.run_id = %(run)s AND l.state = 'approved'
"""
"""What an earlier run had to say and this one makes untrue."""


def tell(run: PayRun, *, by: Actor, at: datetime) -> Mapping[Kind, Queued]:
    """Queue the notices of a run in the running transaction and its scope; again, it queues none of them twice.

    One notice for each stop, with its month, why, and where to appeal; one for each end; one for each resumption, with
    the arrears of the same run and the first month that they are for; one for arrears that come by themselves; one for
    the first part that is kept back against a debt. `about` is the fact of pay, so that another run that told the same
    fact would tell nobody again. What still waits and is overtaken by the run is not sent.
    """
    rule = rule_on(timezone.localdate(at))
    recalled = recall_set(_OVERTAKEN, {"run": run.pk}, why=LATER_RUN, at=at)
    if recalled:
        record(kinds.Kind.NOTICE_CANCELLED, by=by, at=at, on=subject(run), rows=recalled, reason=LATER_RUN)
    done = {}
    for kind, (rows, shapes) in _FILLED.items():
        values = {**_values(run), "templates": json.dumps(names_by_scheme(kind.value, shapes, DEFAULT))}
        done[kind] = queue_set(rows, values, kind=kind, rule=rule, by=by, at=at)
        if done[kind].count:
            record(
                kinds.Kind.NOTICES_QUEUED, by=by, at=at, on=subject(run), rows=done[kind].count,
                content_hash=done[kind].content_hash, after={"kind": kind.value, **done[kind].by_channel()},
            )  # fmt: skip
    return done


def _values(run: PayRun) -> dict[str, Any]:
    return {"run": run.pk, "month": run.month, "causes": sorted(causes()), "other": OTHER_CAUSE}
