"""What a run that is handed over tells those whom it stops or pays again; queued by the export, in its transaction.

By the export and not by the answer to it: from then on the stop counts, no emergency stop undoes it, and whoever reads
of it early can still pass before the next run; the answer comes weeks later or never. What it refuses is a difference
that a person settles (payment.acknowledging), and our books say what the notice said.
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
from anling.notices.rule import rule_on
from anling.notices.words import OTHER_CAUSE, causes, names_by_scheme
from anling.payment.models import PayRun
from anling.payment.proposing import subject
from anling.payment.reasons import NOT_CERTIFIED

_LANGUAGE = "zh-hans"
_STOPS = f"""
SELECT l.benefit_id, left(l.fact, 60) AS about, %(month)s::date AS stop_month,
    (%(templates)s::jsonb -> l.scheme) ->> CASE l.reason WHEN '{NOT_CERTIFIED}' THEN 'stop' ELSE 'cause stop' END
        AS template,
    jsonb_build_object('stop', to_char(%(month)s::date, 'YYYY-MM')) || CASE l.reason WHEN '{NOT_CERTIFIED}'
        THEN '{{}}'::jsonb
        ELSE jsonb_build_object('cause', CASE WHEN l.reason = ANY(%(causes)s) THEN l.reason ELSE %(other)s END)
        END AS "values"
FROM payment_payline l JOIN roster_benefit b ON b.id = l.benefit_id
WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.action = 'stop'
    AND (l.reason <> '{NOT_CERTIFIED}' OR b.suspend_reason = '{NOT_CERTIFIED}')
"""
"""Who was found dead or in custody since the run was signed is not asked to confirm: the run of the end tells of it."""
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
"""Whose stop was reversed has the apology, which names month and arrears already (payment.reversing)."""
_FILLED = {
    Kind.SUSPENSION: (_STOPS, ({"stop"}, {"stop", "cause"})),
    Kind.RESTORATION: (_RESUMES, ({"resume"}, {"resume", "arrears", "since"})),
}


def tell(run: PayRun, *, by: Actor, at: datetime) -> Mapping[Kind, Queued]:
    """Queue the notices of a run in the running transaction and its scope; again, it queues none of them twice.

    One notice for each stop, with its month, why, and where to appeal; one for each resumption, with the arrears of the
    same run and the first month that they are for. `about` is the fact of pay, so that another run that told the same
    fact would tell nobody again.
    """
    rule = rule_on(timezone.localdate(at))
    done = {}
    for kind, (rows, shapes) in _FILLED.items():
        values = {**_values(run), "templates": json.dumps(names_by_scheme(kind.value, shapes, _LANGUAGE))}
        done[kind] = queue_set(rows, values, kind=kind, rule=rule, language=_LANGUAGE, by=by, at=at)
        if done[kind].count:
            record(
                kinds.Kind.NOTICES_QUEUED, by=by, at=at, on=subject(run), rows=done[kind].count,
                content_hash=done[kind].content_hash, after={"kind": kind.value, **done[kind].by_channel()},
            )  # fmt: skip
    return done


def _values(run: PayRun) -> dict[str, Any]:
    return {"run": run.pk, "month": run.month, "causes": sorted(causes()), "other": OTHER_CAUSE}
