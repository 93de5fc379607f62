"""A notice that did not arrive goes by the next channel that leads to the person."""

from __future__ import annotations

import json
from datetime import datetime

from django.utils import timezone

from anling.audit.values import Actor
from anling.notices.models import Kind, Notice
from anling.notices.queueing import Queued, queue_set
from anling.notices.rule import rule_on

_SAME = """
SELECT %(benefit)s::bigint AS benefit_id, %(about)s::text AS about, %(stop_month)s::date AS stop_month,
    %(template)s::text AS template, %(values)s::jsonb AS "values"
"""


def by_another_channel(notice: Notice, *, by: Actor, at: datetime) -> Queued:
    """Queue what an undeliverable notice said by the next channel; nothing where none is left. The entry in the trail
    is that of the first notice, or of the act that ended it."""
    row = {
        "benefit": notice.benefit_id, "about": notice.about, "stop_month": notice.stop_month,
        "template": notice.template, "values": json.dumps(notice.values),
    }  # fmt: skip
    rule = rule_on(timezone.localdate(at))
    return queue_set(_SAME, row, kind=Kind(notice.kind), rule=rule, by=by, at=at)
