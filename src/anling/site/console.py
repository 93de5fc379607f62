"""Who acts where nobody is signed in: whoever may run programs beside the data of this installation."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from anling.access.models import Officer
from anling.access.roles import Role
from anling.audit.values import Actor, ActorKind, Permit
from anling.site.errors import SiteError

CONSOLE = Actor(ActorKind.MACHINE, "machine:console", "console", (Permit(Role.SECURITY_ADMINISTRATOR.value, None),))
"""Makes backups and restores them, and the first officer, who has nobody before them."""


def founder(role: str) -> Actor:
    """The console, for the first officer alone. Raises SiteError where there are officers, or for another role.

    role: of the officer to add. The first one administers access, and adds the others.
    """
    if Officer.objects.exists():
        raise SiteError("Name with --as the security administrator who does this; only the first officer needs nobody.")
    if role != Role.SECURITY_ADMINISTRATOR:
        raise SiteError("The first officer is a security_administrator, who then adds the others with --as.")
    return CONSOLE


def now() -> datetime:
    """The time of an act, asked for once at the edge."""
    return timezone.now()
