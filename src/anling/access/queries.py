"""Who somebody is today, with what they are granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from allauth.usersessions.models import UserSession
from django.db.models import Prefetch, Q, QuerySet

from anling.access.errors import NotAllowedError
from anling.access.models import ClientSystem, CommandSession, Grant, Officer
from anling.audit.values import Actor, ActorKind, Permit, Scope
from anling.audit.wording import worded


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
        raise NotAllowedError(
            worded("The officer who asked is not at work any more; another officer has to ask for this.")
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


def granted_regions() -> set[str]:
    """The regions of all grants there ever were."""
    return set(Grant.objects.values_list("region", flat=True).distinct())


def officer_by_number(number: int) -> Officer | None:
    """An officer by the number in their key."""
    return officers(day=date.min).filter(pk=number).first()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Where an officer is signed in.

    place: network address of a browser, or name of a machine; program: the browser, or the machine's account.
    used_at: when something was last asked for from there; ends_at: None for a browser, whose session ends when idle.
    """

    place: str
    program: str
    command_line: bool
    begun_at: datetime
    used_at: datetime | None
    ends_at: datetime | None


def signed_in(officer: Officer, at: datetime) -> list[SignedIn]:
    """Everywhere the officer is signed in at a moment, the newest first."""
    found = [
        SignedIn(session.ip, session.user_agent, False, session.created_at, session.last_seen_at, None)
        for session in UserSession.objects.filter(user=officer)
        if session.exists()
    ] + [
        SignedIn(session.machine, session.account, True, session.begun_at, session.used_at, session.ends_at)
        for session in CommandSession.objects.filter(officer=officer, ends_at__gt=at)
    ]
    return sorted(found, key=lambda each: each.begun_at, reverse=True)


def grant_of(officer: Officer, number: int) -> Grant | None:
    """One of the officer's grants."""
    return officer.grants.filter(pk=number).first()


def clients() -> QuerySet[ClientSystem]:
    """Client systems by name."""
    return ClientSystem.objects.order_by("name", "pk")


def client_by_number(number: int) -> ClientSystem | None:
    """A client system by the number in its key."""
    return ClientSystem.objects.filter(pk=number).first()
