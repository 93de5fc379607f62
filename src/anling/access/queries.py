"""Who somebody is today, with what they are granted."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from anling.access.errors import NotAllowedError
from anling.access.models import Grant, Officer
from anling.audit.values import Actor, ActorKind, Permit, Scope


def grants_on(officer: Officer, day: date) -> list[Grant]:
    """The officer's grants that hold on a day, the oldest first; none of an officer who is switched off."""
    if not officer.is_active:
        return []
    held = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return list(officer.grants.filter(held, valid_from__lte=day))


def actor_of(officer: Officer, day: date) -> Actor:
    """The officer as a doer of acts on a day."""
    permits = tuple(Permit(g.role, Scope(g.region) if g.region else None) for g in grants_on(officer, day))
    return Actor(ActorKind.OFFICER, officer.key, officer.name, permits)


def actor_by_key(key: str, day: date) -> Actor:
    """The officer whom a job acts for. Raises NotAllowedError where that officer is gone or switched off."""
    kind, _, number = key.partition(":")
    officer = Officer.objects.filter(pk=int(number), is_active=True).first() if kind == "officer" else None
    if officer is None:
        raise NotAllowedError(f"{key} is not at work any more; another officer has to ask for this.")
    return actor_of(officer, day)


def actor_by_username(username: str, day: date) -> Actor:
    """The officer whom a command acts for. Raises NotAllowedError where there is none at work under that name."""
    officer = Officer.objects.filter(username=username, is_active=True).first()
    if officer is None:
        raise NotAllowedError(
            f"No officer {username!r} is at work here; name one that the security administrator added."
        )
    return actor_of(officer, day)
