"""Who somebody is today, with what they are granted."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from anling.access.errors import NotAllowedError
from anling.access.models import ClientSystem, Grant, Officer
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


def officers(*, search: str = "", role: str = "", day: date) -> QuerySet[Officer]:
    """Officers by a part of their account name or name, and by a role that they hold on a day."""
    found = Officer.objects.all()
    if search:
        found = found.filter(Q(username__icontains=search) | Q(name__icontains=search))
    if role:
        held = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        found = found.filter(pk__in=Grant.objects.filter(held, role=role, valid_from__lte=day).values("officer"))
    return found.prefetch_related(Prefetch("grants", Grant.objects.order_by("valid_from", "pk")))


def officer_by_number(number: int) -> Officer | None:
    """An officer by the number in their key."""
    return officers(day=date.min).filter(pk=number).first()


def grant_of(officer: Officer, number: int) -> Grant | None:
    """One of the officer's grants."""
    return officer.grants.filter(pk=number).first()


def clients() -> QuerySet[ClientSystem]:
    """Client systems by name."""
    return ClientSystem.objects.order_by("name", "pk")


def client_by_number(number: int) -> ClientSystem | None:
    """A client system by the number in its key."""
    return ClientSystem.objects.filter(pk=number).first()
