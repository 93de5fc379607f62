"""Notices for other systems, page by page in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from anling.audit import scope
from anling.notices.models import Notice


def notices_after(
    last: int, limit: int, *, state: str | None, benefit: int | None, since: datetime | None
) -> Sequence[Notice]:
    """At most `limit` notices after an id. since: queued, sent or ended at or after it."""
    scope.current()
    given = {"state": state, "benefit": benefit}
    rows = Notice.objects.filter(pk__gt=last, **{name: value for name, value in given.items() if value is not None})
    if since:
        rows = rows.filter(Q(queued_at__gte=since) | Q(sent_at__gte=since) | Q(ended_at__gte=since))
    return list(rows.order_by("pk")[:limit])
