"""Who acts, and what may be seen meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of doer an entry names. A machine drafts; people sign."""

    OFFICER = "officer"
    CLIENT = "client"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Scope:
    """The regions of which rows may be seen: all whose code begins with the prefix; '44' is the province.

    An empty prefix would be every row of every province; it is refused.
    """

    prefix: str

    def __post_init__(self) -> None:
        if len(self.prefix) not in (2, 4, 6, 9, 12) or not (self.prefix.isascii() and self.prefix.isdigit()):
            raise ValueError(f"{self.prefix!r} is no region prefix: 2, 4, 6, 9 or 12 digits.")

    def contains(self, region: str) -> bool:
        """Whether a region, or the whole of a narrower prefix, lies inside."""
        return region.startswith(self.prefix)

    def __str__(self) -> str:
        return self.prefix


@dataclass(frozen=True, slots=True)
class Permit:
    """One role in one region, as granted for today."""

    role: str
    scope: Scope | None
    """None for the three administrators, who see no rows of any region."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A doer as an act names it. key: lasting, such as 'officer:17'; label: what people call it in lists of entries."""

    kind: ActorKind
    key: str
    label: str
    permits: tuple[Permit, ...] = ()

    def __post_init__(self) -> None:
        if not self.key.startswith(f"{self.kind.value}:"):
            raise ValueError(f"key {self.key!r} does not begin with its kind, {self.kind.value!r}.")


def machine(name: str) -> Actor:
    """A part of the program that acts by itself, such as 'sealer'; it signs and approves nothing."""
    return Actor(ActorKind.MACHINE, f"machine:{name}", name)
