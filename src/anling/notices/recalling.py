"""What was to be told and no longer holds: what waits is not sent, and what did not arrive goes by no other channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from anling.audit import scope

STOP_UNDONE, LATER_RUN = "stop_undone", "later_run"
_RECALL = """
WITH recalled AS (
    UPDATE notices_notice n SET recalled = true, unreached = false,
        state = CASE n.state WHEN 'queued' THEN 'overtaken' ELSE n.state END,
        why = CASE n.state WHEN 'queued' THEN %(why)s ELSE n.why END,
        ended_at = CASE n.state WHEN 'queued' THEN %(at)s::timestamptz ELSE n.ended_at END
    FROM ({rows}) AS said
    WHERE n.benefit_id = said.benefit_id AND n.kind = said.kind AND (said.about = '' OR n.about = said.about)
        AND (n.state IN ('queued', 'sent') OR n.unreached)
    RETURNING n.state
)
SELECT count(*) FILTER (WHERE state = 'overtaken') FROM recalled
"""


def recall_set(rows: str, values: Mapping[str, Any], *, why: str, at: datetime) -> int:
    """Take back the notices that a query names, in the running transaction and under its scope; how many waited.

    rows: SELECT of benefit_id, kind, about (empty: whatever it is about), with `values` as its parameters. A message
    that a sender has in its hands at this moment goes out; nobody is asked to see a person because of one that did
    not arrive. The caller sees to the permission and to the entry in the trail.
    """
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute(_RECALL.format(rows=rows), {**values, "why": why, "at": at})
        return int(cursor.fetchone()[0])
