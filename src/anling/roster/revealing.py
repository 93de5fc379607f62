"""Fields of the roster that pages mask and an officer may read in clear, with a reason (access.revealing)."""

from __future__ import annotations

from anling.access.revealing import Fetch, revealable
from anling.audit import scope
from anling.roster.models import Benefit

_LONGEST_KEY = 18
"""Digits that a key can have."""


def offer() -> None:
    """Tell the room of access which fields there are; called once, when the program starts."""
    revealable("person", "id_number", _number)
    for field in ("phone", "address"):
        revealable("benefit", field, _of_benefit(field))


def _number(key: str) -> tuple[str, str] | None:
    """A person lies in no region of their own: the entry names one that pays them and that the officer sees."""
    scope.current()
    paid = Benefit.objects.filter(person_id=int(key)).select_related("person") if _is_key(key) else None
    benefit = paid.order_by("pk").first() if paid is not None else None
    return (benefit.person.id_number, benefit.region) if benefit else None


def _of_benefit(field: str) -> Fetch:
    def fetch(key: str) -> tuple[str, str] | None:
        scope.current()
        benefit = Benefit.objects.filter(pk=int(key)).first() if _is_key(key) else None
        return (getattr(benefit, field), benefit.region) if benefit else None

    return fetch


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
