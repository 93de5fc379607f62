"""Deliveries for other systems, page by page. A department's delivery concerns every region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from anling.audit.scope import current
from anling.feeds.models import Batch


def batches_after(
    last: int, limit: int, *, feed: str | None, state: str | None, since: datetime | None
) -> Sequence[Batch]:
    """At most `limit` deliveries after an id. since: received or settled at or after it."""
    current()
    given = {"feed": feed, "state": state}
    rows = Batch.objects.filter(pk__gt=last, **{name: value for name, value in given.items() if value})
    if since:
        rows = rows.filter(Q(received_at__gte=since) | Q(settled_at__gte=since))
    return list(rows.order_by("pk")[:limit])


def batch(key: int) -> Batch | None:
    """One delivery."""
    current()
    return Batch.objects.filter(pk=key).first()
