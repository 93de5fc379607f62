"""The pay status of many benefits at once, with its history; the payment room alone writes it (platform.md, States)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from anling.audit import scope
from anling.audit.values import Actor

_INCOMING = "CREATE TEMPORARY TABLE roster_paying ON COMMIT DROP AS {rows}"
_CHANGES = """
INSERT INTO roster_change (benefit_id, person_id, region, field, before, after, at, doer, source)
SELECT b.id, b.person_id, b.region, f.field, f.before, f.after, %(at)s, %(doer)s, %(source)s
FROM roster_paying i JOIN roster_benefit b ON b.id = i.benefit_id
CROSS JOIN LATERAL (VALUES ('pay_status', b.pay_status, i.pay_status),
                           ('suspend_reason', b.suspend_reason, i.suspend_reason)) AS f (field, before, after)
WHERE f.before <> f.after
"""
_UPDATE = """
UPDATE roster_benefit b SET pay_status = i.pay_status, suspend_reason = i.suspend_reason
FROM roster_paying i
WHERE b.id = i.benefit_id AND (b.pay_status, b.suspend_reason) <> (i.pay_status, i.suspend_reason)
"""
_LIVE = """
INSERT INTO roster_gonelive (region, since, source) VALUES (%s, %s, %s) ON CONFLICT (region) DO NOTHING
"""


def set_pay_status(rows: str, values: Mapping[str, Any], *, source: str, by: Actor, at: datetime) -> int:
    """Write the status that a query names for each benefit, in the running transaction and scope; how many changed.

    rows: SELECT of benefit_id, pay_status, suspend_reason (our word, empty where it does not apply), with `values`.
    source: such as payrun:7, as the history keeps it. The caller sees to the permission and to the entry in the trail.
    """
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.roster_paying")
        cursor.execute(_INCOMING.format(rows=rows), values)
        cursor.execute(_CHANGES, {"at": at, "doer": by.key, "source": source})
        cursor.execute(_UPDATE)
        return int(cursor.rowcount)


def go_live(*, region: str, source: str, at: datetime) -> None:
    """From now on roster files do not write over the pay status of benefits in a region prefix; once is enough."""
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, [region, at, source])
