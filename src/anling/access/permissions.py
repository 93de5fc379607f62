"""The one question that every operation asks first."""

from __future__ import annotations

from anling.access.client_scopes import acts_of
from anling.access.errors import NotAllowedError
from anling.access.roles import ACTS, ROLES, Act
from anling.audit.values import Actor, Permit, Scope
from anling.audit.wording import Listed, worded


def permits_for(actor: Actor, act: Act, region: str | None = None) -> list[Permit]:
    """The actor's permits that allow an act in a region (None: in whatever region the permit names)."""
    return [
        permit
        for permit in actor.permits
        if act in acts_of(permit.role)
        and (region is None or (permit.scope is not None and permit.scope.contains(region)))
    ]


def may(actor: Actor, act: Act, region: str | None = None) -> bool:
    """Whether the actor may do it there."""
    return bool(permits_for(actor, act, region))


def may_here(actor: Actor, act: Act, here: Scope | None) -> bool:
    """Whether the actor may do it in the whole region that they have chosen to work in; None: they work in no region.

    What is administered without a region may be done wherever they work.
    """
    return any(
        act in acts_of(permit.role)
        and (permit.scope is None or (here is not None and permit.scope.contains(here.prefix)))
        for permit in actor.permits
    )


def require(actor: Actor, act: Act, region: str | None = None) -> None:
    """Raises NotAllowedError with a sentence that names who may, unless the actor may do it there."""
    if not may(actor, act, region):
        raise NotAllowedError(_refusal(actor, act, region))


def _refusal(actor: Actor, act: Act, region: str | None) -> str:
    roles = Listed(word for role, word in ROLES.items() if act in ACTS[role])
    if region:
        return worded(
            "%(name)s may not do this in region %(region)s; it needs one of: %(roles)s.",
            name=actor.label, region=region, roles=roles,
        )  # fmt: skip
    return worded("%(name)s may not do this; it needs one of: %(roles)s.", name=actor.label, roles=roles)
