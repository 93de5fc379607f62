"""Roles and permits as people say them."""

from __future__ import annotations

from collections.abc import Iterable

from anling.access.roles import ROLES, Role
from anling.audit.values import Permit
from anling.territory.queries import names_of


def permit_names(permits: Iterable[Permit]) -> list[str]:
    """Permits as people say them: the role, and the name of the region where it has one; one question for all."""
    permits = list(permits)
    names = names_of(permit.scope.prefix for permit in permits if permit.scope)
    roles = [str(ROLES[Role(permit.role)]) for permit in permits]
    return [
        f"{role} · {names[permit.scope.prefix]}" if permit.scope else role
        for role, permit in zip(roles, permits, strict=True)
    ]


def permit_name(permit: Permit) -> str:
    """One permit as people say it."""
    return permit_names([permit])[0]
