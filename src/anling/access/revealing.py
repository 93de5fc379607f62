"""Reading a masked field in clear: a logged act with a reason (platform.md, "Who may do what")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anling.access.errors import AccessError, NotThereError
from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor

Fetch = Callable[[str], tuple[str, str] | None]
"""From the key of a person or benefit to the clear value and its region; None where the scope does not contain it."""

LONGEST = 200
_FETCHERS: dict[tuple[str, str], Fetch] = {}


def revealable(object_type: str, field: str, fetch: Fetch) -> None:
    """The room that owns a field says how it is read, in its AppConfig.ready; this room knows none of them."""
    _FETCHERS[object_type, field] = fetch


@transaction.atomic
def reveal(*, object_type: str, key: str, field: str, reason: str, by: Actor, at: datetime) -> str:
    """The clear value of one field, recorded with the reason; runs under the doer's scope.

    Raises AccessError without a reason, NotThereError for a field that nobody offers and for an object the scope does
    not contain; NotAllowedError.
    """
    reason = reason.strip()
    if not 4 <= len(reason) <= LONGEST:
        raise AccessError(gettext("Say why you need it, in 4 to 200 characters; it is recorded."), "reason")
    require(by, Act.REVEAL)
    fetch = _FETCHERS.get((object_type, field))
    found = fetch(key) if fetch else None
    if found is None:
        raise NotThereError(gettext("There is no such field in your region."))
    value, region = found
    require(by, Act.REVEAL, region)
    record(
        Kind.FIELD_REVEALED, by=by, at=at, on=Subject(object_type, key, region), after={"field": field}, reason=reason
    )
    return value
