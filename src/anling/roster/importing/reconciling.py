"""A pay status that the roster file holds otherwise than we do, while ours holds (platform.md, "People").

Ours holds in a region that has gone live: since the first pay run that was exported for it, the pay system is told by
us. Before that, it holds for a benefit whose status a run, a finding, a reversal or an appeal was the last to set.
There the file does not write over it: an item in the clean-up queue shows both sides, and a named officer settles it.
Everything else of such a row is taken over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

OUR_SOURCES = ("payrun", "finding", "reversal", "appeal", "reopened")
"""What sets a pay status that is ours from then on, by the first word of the source of the change."""

_STATUS = "concat_ws(':', {row}.pay_status, nullif({row}.suspend_reason, ''))"
RULED = f"""
CREATE TEMPORARY TABLE roster_ruled AS
SELECT i.row_no, b.id AS benefit_id, b.pay_status, b.suspend_reason,
    {_STATUS.format(row="b")} AS ours, {_STATUS.format(row="i")} AS theirs
FROM roster_incoming i JOIN roster_benefit b ON b.benefit_no = i.benefit_no
WHERE (b.pay_status, b.suspend_reason) <> (i.pay_status, i.suspend_reason)
    AND (EXISTS (SELECT 1 FROM roster_gonelive g WHERE starts_with(b.region, g.region))
        OR (SELECT split_part(c.source, ':', 1) FROM roster_change c
            WHERE c.benefit_id = b.id AND c.field IN ('pay_status', 'suspend_reason')
            ORDER BY c.id DESC LIMIT 1) IN ({", ".join(f"'{source}'" for source in OUR_SOURCES)}))
"""
OURS = """
UPDATE roster_incoming i SET pay_status = r.pay_status, suspend_reason = r.suspend_reason
FROM roster_ruled r WHERE r.row_no = i.row_no
"""
_TAKEN = "r.row_no = f.row_no AND f.fate IN ('changed', 'unchanged')"
_COUNT = f"SELECT count(*) FROM roster_ruled r JOIN roster_fate f ON {_TAKEN}"
_SAMPLES = f"""
SELECT b.benefit_no, r.ours, r.theirs
FROM roster_ruled r JOIN roster_fate f ON {_TAKEN} JOIN roster_benefit b ON b.id = r.benefit_id
ORDER BY b.benefit_no LIMIT %s
"""
_AGREED = """
UPDATE roster_finding o SET agreed = true,
    state = CASE o.state WHEN 'open' THEN 'gone' ELSE o.state END,
    ended_at = CASE o.state WHEN 'open' THEN %(at)s ELSE o.ended_at END
WHERE o.kind = 'pay_status_differs' AND o.state <> 'gone' AND NOT o.agreed
    AND EXISTS (SELECT 1 FROM roster_fate f WHERE f.benefit_id = o.benefit_id AND f.fate IN ('changed', 'unchanged'))
    AND NOT EXISTS (SELECT 1 FROM roster_ruled r WHERE r.benefit_id = o.benefit_id)
"""
_FOLLOWED = f"""
UPDATE roster_finding o SET ours = r.ours, theirs = r.theirs, region = b.region, person_id = b.person_id
FROM roster_ruled r JOIN roster_fate f ON {_TAKEN} JOIN roster_benefit b ON b.id = r.benefit_id
WHERE o.kind = 'pay_status_differs' AND o.state = 'open' AND o.benefit_id = r.benefit_id
    AND (o.ours, o.theirs, o.region, o.person_id) <> (r.ours, r.theirs, b.region, b.person_id)
"""
_DIFFERS = f"""
INSERT INTO roster_finding
    (kind, region, person_id, state, note, found_at, ended_label, benefit_id, ours, theirs)
SELECT 'pay_status_differs', b.region, b.person_id, 'open', '', %(at)s::timestamptz, '', b.id, r.ours, r.theirs
FROM roster_ruled r JOIN roster_fate f ON {_TAKEN} JOIN roster_benefit b ON b.id = r.benefit_id
WHERE NOT EXISTS (
    SELECT 1 FROM roster_finding o WHERE o.kind = 'pay_status_differs' AND o.benefit_id = r.benefit_id AND (
        o.state = 'open' OR (o.decided = 'ours' AND NOT o.agreed AND (o.ours, o.theirs) = (r.ours, r.theirs))))
"""
"""What an officer has settled for ours is not asked again while the file repeats the same."""


def differing() -> int:
    """Rows of the file that was compared whose pay status is not followed."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return int(cursor.fetchone()[0])


def samples(most: int) -> list[tuple[Any, ...]]:
    """Some of them: number of the benefit, our status, that of the file, each as a finding keeps it."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLES, [most])
        return list(cursor.fetchall())


def reconcile(at: datetime) -> None:
    """Bring the queue up to date with the file that was compared, in the running transaction and scope."""
    with connection.cursor() as cursor:
        for statement in (_AGREED, _FOLLOWED, _DIFFERS):
            cursor.execute(statement, {"at": at})
