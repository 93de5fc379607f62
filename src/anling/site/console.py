"""Who acts on the command line: the officer of `--as`, or whoever may run programs on this machine."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.values import Actor, ActorKind, Permit
from anling.site.errors import SiteError

CONSOLE = Actor(ActorKind.MACHINE, "machine:console", "console", (Permit(Role.SECURITY_ADMINISTRATOR.value, None),))
"""Whoever may run this program beside its data can make officers: the first one has nobody before them."""


def doer(username: str | None) -> Actor:
    """The officer of that name as granted today, or the console. Raises SiteError where there is no such officer."""
    if username is None:
        return CONSOLE
    officer = Officer.objects.filter(username=username, is_active=True).first()
    if officer is None:
        raise SiteError(f"--as: there is no officer {username!r}; anling officers list names them.")
    return actor_of(officer, timezone.localdate())


def now() -> datetime:
    """The time of an act, asked for once at the edge."""
    return timezone.now()
