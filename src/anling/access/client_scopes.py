"""What each OAuth scope lets a client system do: a scope is to a client what a role is to an officer."""

from __future__ import annotations

from dataclasses import dataclass

from anling.access.roles import ACTS, Act, Role


@dataclass(frozen=True, slots=True)
class ApiScope:
    """A scope of the API: what it opens, said to people, and the acts behind it."""

    description: str
    acts: frozenset[Act]


API_SCOPES: dict[str, ApiScope] = {
    "places:read": ApiScope("Read regions, agencies, managing units and outlets; nothing of people.", frozenset()),
    "places:write": ApiScope(
        "Add and change managing units and outlets in the client's region.", frozenset({Act.CORRECT})
    ),
    "feeds:read": ApiScope("Read feeds, their health and their deliveries; no rows of them.", frozenset({Act.LOOK})),
    "comparison:read": ApiScope(
        "Read comparison runs, their lists, and decisions on the client's region.",
        frozenset({Act.LOOK}),
    ),
    "comparison:run": ApiScope(
        "Start comparison runs of the client's region.", frozenset({Act.LOOK, Act.RUN_COMPARISON})
    ),
    "cases:read": ApiScope("Read cases of the client's region and what was found.", frozenset({Act.LOOK})),
    "pay:read": ApiScope("Read pay runs and their lines for benefits of the client's region.", frozenset({Act.LOOK})),
    "notices:read": ApiScope("Read which notices went out and whether they arrived.", frozenset({Act.LOOK})),
    "people:read": ApiScope(
        "Read people and benefits of the client's region, identity numbers masked.", frozenset({Act.LOOK})
    ),
}
"""A client's permit bears the name of the scope in the place of a role (anling.access.callers)."""


def acts_of(role: str) -> frozenset[Act]:
    """What a permit of that name allows: an officer's role, or a scope of a client system."""
    scope = API_SCOPES.get(role)
    return scope.acts if scope else ACTS[Role(role)]
