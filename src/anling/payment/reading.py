"""Pay runs for other systems, page by page in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from anling.audit import scope
from anling.payment.models import PayLine, PayRun

_MOMENTS = ("proposed_at", "signed_at", "approved_at", "stopped_at", "exported_at", "acknowledged_at", "closed_at")


def runs_after(last: int, limit: int, *, state: str | None, since: datetime | None) -> Sequence[PayRun]:
    """At most `limit` pay runs after a number. since: moved on at or after it."""
    scope.current()
    rows = PayRun.objects.filter(pk__gt=last)
    if state:
        rows = rows.filter(state=state)
    if since:
        moved = Q()
        for moment in _MOMENTS:
            moved |= Q(**{f"{moment}__gte": since})
        rows = rows.filter(moved)
    return list(rows.order_by("pk")[:limit])


def run(number: int) -> PayRun | None:
    """One pay run that concerns the scope."""
    scope.current()
    return PayRun.objects.filter(pk=number).first()


def lines_after(number: int, last: int, limit: int, *, action: str | None, state: str | None) -> Sequence[PayLine]:
    """At most `limit` lines of a run after an id, of benefits that the scope pays."""
    scope.current()
    given = {"action": action, "state": state}
    rows = PayLine.objects.filter(run=number, pk__gt=last, **{name: value for name, value in given.items() if value})
    return list(rows.order_by("pk")[:limit])
