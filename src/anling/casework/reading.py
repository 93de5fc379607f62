"""Cases for other systems, page by page in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from anling.audit import scope
from anling.casework.models import Case


def cases_after(
    last: int, limit: int, *, state: str | None, person: int | None, since: datetime | None
) -> Sequence[Case]:
    """At most `limit` cases after an id. since: written at or after it, as when one is reopened."""
    scope.current()
    given = {"state": state, "person": person}
    rows = Case.objects.filter(pk__gt=last, **{name: value for name, value in given.items() if value is not None})
    if since:
        rows = rows.filter(updated_at__gte=since)
    return list(rows.order_by("pk")[:limit])


def case(key: int) -> Case | None:
    """One case of the scope."""
    scope.current()
    return Case.objects.filter(pk=key).first()
