"""Client systems: other systems that call the API with OAuth 2 client credentials, each in one region."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from oauth2_provider.models import AccessToken

from anling.access.client_scopes import API_SCOPES
from anling.access.errors import AccessError
from anling.access.models import ClientSystem
from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope

_SCOPES = re.compile(r"[a-z][a-z_:.-]*( [a-z][a-z_:.-]*)*")


@transaction.atomic
def add_client(
    *, name: str, region: str, scopes: str, per_minute: int, by: Actor, at: datetime
) -> tuple[ClientSystem, str]:
    """A client system and its secret, which is shown once and kept only as a hash. Raises AccessError, NotAllowedError.

    scopes: what it may ask for, with blanks between; per_minute: requests.
    """
    require(by, Act.ADMINISTER_ACCESS)
    secret = _new_secret()
    client = ClientSystem(
        client_type=ClientSystem.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ClientSystem.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    _put(client, name, region, scopes, per_minute)
    record(Kind.CLIENT_ADDED, by=by, at=at, on=_subject(client), after=_told(client))
    return client, secret


@transaction.atomic
def change_client(
    *, client: ClientSystem, name: str, region: str, scopes: str, per_minute: int, by: Actor, at: datetime
) -> ClientSystem:
    """Other limits, from the next request on; tokens already given end. Raises AccessError, NotAllowedError."""
    require(by, Act.ADMINISTER_ACCESS)
    before = _told(client)
    _put(client, name, region, scopes, per_minute)
    if (after := _told(client)) != before:
        _end_tokens(client)
        record(Kind.CLIENT_CHANGED, by=by, at=at, on=_subject(client), before=before, after=after)
    return client


@transaction.atomic
def switch_client(*, client: ClientSystem, on: bool, reason: str, by: Actor, at: datetime) -> ClientSystem:
    """Off: no token is given, and every one given ends at once; limits and trail stay. AccessError, NotAllowedError."""
    require(by, Act.ADMINISTER_ACCESS)
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    if client.active != on:
        client.active = on
        client.save(update_fields=["active", "updated"])
        record(
            Kind.CLIENT_CHANGED, by=by, at=at, on=_subject(client), before={"active": not on}, after={"active": on},
            reason=reason.strip(),
        )  # fmt: skip
    if not on:
        _end_tokens(client)
    return client


@transaction.atomic
def renew_secret(*, client: ClientSystem, reason: str, by: Actor, at: datetime) -> str:
    """A new secret, shown once; the old one and every token end at once. Raises AccessError, NotAllowedError."""
    require(by, Act.ADMINISTER_ACCESS)
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    secret = _new_secret()
    client.client_secret = secret
    client.save(update_fields=["client_secret", "updated"])
    _end_tokens(client)
    record(Kind.CLIENT_CHANGED, by=by, at=at, on=_subject(client), after={"secret": "renewed"}, reason=reason.strip())
    return secret


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


def _put(client: ClientSystem, name: str, region: str, scopes: str, per_minute: int) -> None:
    client.name, client.region = name.strip(), region.strip()
    client.allowed_scopes, client.per_minute = " ".join(scopes.split()), per_minute
    if not 0 < len(client.name) <= 100:
        raise AccessError(gettext("A name has 1 to 100 characters."), "name")
    if client.allowed_scopes and not _SCOPES.fullmatch(client.allowed_scopes):
        raise AccessError(gettext("Scopes are words such as people:read, with blanks between."), "scopes")
    unknown = [name for name in client.allowed_scopes.split() if name not in API_SCOPES]
    if unknown:
        said = {"scope": unknown[0], "known": ", ".join(API_SCOPES)}
        raise AccessError(gettext("There is no scope %(scope)s; known are: %(known)s.") % said, "scopes")
    if not 1 <= per_minute <= 100_000:
        raise AccessError(gettext("Requests per minute: 1 to 100,000."), "per_minute")
    try:
        Scope(client.region)
    except ValueError as error:
        sentence = gettext("A region has 2, 4, 6, 9 or 12 digits, such as 44 for the province or 4401 for Guangzhou.")
        raise AccessError(sentence, "region") from error
    client.save()


def _end_tokens(client: ClientSystem) -> None:
    AccessToken.objects.filter(application=client).delete()


def _subject(client: ClientSystem) -> Subject:
    return Subject("clientsystem", client.key, client.region)


def _told(client: ClientSystem) -> dict[str, object]:
    return {
        "name": client.name,
        "region": client.region,
        "scopes": client.allowed_scopes,
        "per_minute": client.per_minute,
    }
