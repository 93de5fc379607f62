"""Client systems as doers: whose token a request bears, and what the client may do with it today."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from oauth2_provider.models import AccessToken
from oauth2_provider.scopes import BaseScopes

from anling.access.client_scopes import API_SCOPES
from anling.access.models import ClientSystem
from anling.audit.values import Actor, ActorKind, Permit, Scope

CLIENTS = "clients"
"""What a view of the API says of itself in the place of acts (anling.access.pages): its gate asks for a token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A client system that calls now. per_minute: requests it may send."""

    actor: Actor
    region: Scope
    per_minute: int

    def holds(self, scope: str) -> bool:
        """Whether both the token and the client system have that scope."""
        return any(permit.role == scope for permit in self.actor.permits)


class ClientScopes(BaseScopes):
    """The scopes that a client system may ask for; without asking it gets all of them."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every scope there is, with what it opens."""
        return {name: scope.description for name, scope in API_SCOPES.items()}

    def get_available_scopes(self, application: ClientSystem | None = None, *args: Any, **kwargs: Any) -> list[str]:
        """What the security administrator has allowed this client."""
        del args, kwargs
        return allowed(application) if application else []

    def get_default_scopes(self, application: ClientSystem | None = None, *args: Any, **kwargs: Any) -> list[str]:
        """The same."""
        return self.get_available_scopes(application, *args, **kwargs)


def allowed(client: ClientSystem) -> list[str]:
    """The scopes of a client system that (still) exist."""
    return [name for name in client.allowed_scopes.split() if name in API_SCOPES]


def caller_of(request: HttpRequest) -> Caller | None:
    """The client system whose valid token stands in the Authorization header; a token anywhere else is no token.

    A scope that the client has lost since the token was issued is gone at once. Raises ValueError for a client system
    without a usable region.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    checksum = hashlib.sha256(token.strip().encode()).hexdigest()
    found = AccessToken.objects.select_related("application").filter(token_checksum=checksum).first()
    if found is None or found.application is None or not found.is_valid([]):  # type: ignore[no-untyped-call]
        return None
    client: ClientSystem = found.application
    if not client.active:
        return None
    if found.resource and not found.allows_audience(request.build_absolute_uri(request.path)):  # type: ignore[no-untyped-call]
        return None
    region = Scope(client.region)
    asked = set(found.scope.split())
    permits = tuple(Permit(name, region) for name in allowed(client) if name in asked)
    return Caller(Actor(ActorKind.CLIENT, client.key, client.name, permits), region, client.per_minute)
