"""`anling officers` and `anling places`: acts of the inner rooms, asked for on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anling.site import signing
from anling.site.environment import Environment
from anling.site.errors import SiteError
from anling.site.migrating import prepare_current


@dataclass(frozen=True)
class Account:
    """An officer as the command line shows them. grants: role and region, as of today."""

    username: str
    name: str
    active: bool
    grants: tuple[str, ...]


def add(
    environment: Environment, *, username: str, name: str, role: str, region: str, password: str, doer: str | None
) -> str:
    """A new officer with one grant; returns the password that was made for them, '' where one was typed.

    It opens the first sign-in alone, but in a demonstration, which prints it for whoever looks around: there it lasts.
    Raises SiteError with one sentence where that cannot be.
    """
    prepare_current(environment)
    from django.core.exceptions import ValidationError  # noqa: PLC0415  # needs the settings
    from django.db import transaction  # noqa: PLC0415

    from anling.access import errors, operations  # noqa: PLC0415
    from anling.site import console  # noqa: PLC0415

    by = signing.officer(environment, doer) if doer else console.founder(role)
    lasting = operations.new_password() if environment.demo and not password else password
    try:
        with transaction.atomic():
            _made, one_time = operations.add_officer(
                username=username, name=name, role=role, region=region, password=lasting, by=by, at=console.now()
            )
    except (errors.AccessError, ValidationError, ValueError) as error:
        sentences = getattr(error, "messages", None) or [str(error)]
        raise SiteError(f"{username}: {' '.join(sentences)}") from None
    return "" if password else one_time or lasting


def listed(environment: Environment, *, doer: str) -> list[Account]:
    """All officers, with what they are granted today. Raises SiteError, NotAllowedError."""
    by = signing.officer(environment, doer)
    from django.utils import timezone  # noqa: PLC0415  # needs the settings

    from anling.access.models import Officer  # noqa: PLC0415
    from anling.access.permissions import require  # noqa: PLC0415
    from anling.access.queries import grants_on  # noqa: PLC0415
    from anling.access.roles import Act  # noqa: PLC0415

    require(by, Act.ADMINISTER_ACCESS)
    today = timezone.localdate()
    return [
        Account(
            officer.username, officer.name, officer.is_active,
            tuple(f"{grant.role} {grant.region}".strip() for grant in grants_on(officer, today)),
        )
        for officer in Officer.objects.all()
    ]  # fmt: skip


def load_places(environment: Environment, *, kind: str, file: Path, doer: str) -> str:
    """Bring units, agencies or outlets to a list; the sentence that says what changed. Raises SiteError."""
    by = signing.officer(environment, doer)
    from anling.comparison.place_sheets import read_place_sheet  # noqa: PLC0415
    from anling.site import console  # noqa: PLC0415  # needs the settings
    from anling.territory.errors import TerritoryError  # noqa: PLC0415
    from anling.territory.lists import read_list  # noqa: PLC0415
    from anling.territory.operations import load_list  # noqa: PLC0415

    try:
        given = read_list(sheet=read_place_sheet, kind=kind, name=file.name, content=file.read_bytes())
        done = load_list(given=given, by=by, at=console.now())
    except TerritoryError as error:
        raise SiteError(str(error)) from None
    return f"{done.added:,} added, {done.changed:,} changed, {done.unchanged:,} unchanged."
