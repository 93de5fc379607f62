"""Which decisions of a run are asked for: the filters of the lists, checked when they are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from anling.audit.scope import current
from anling.rules.evidence import ListName, Reason, Scheme

COUNTED = 6
"""Digits of a region down to which counts are kept; below, and by unit, decisions are counted one by one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters over one run; an empty one filters nothing. region: a prefix; reason: one among those of a decision."""

    run: int
    list: str = ""
    region: str = ""
    reason: str = ""
    scheme: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        known = {"list": ListName, "reason": Reason, "scheme": Scheme}
        for name, words in known.items():
            value = getattr(self, name)
            if value and value not in {word.value for word in words}:
                raise ValueError(f"{value!r} is no {name}")
        if self.region and not (self.region.isascii() and self.region.isdigit() and len(self.region) <= 12):
            raise ValueError(f"{self.region!r} is no region: up to 12 digits.")

    @property
    def prefix(self) -> str:
        """The narrower of the asked region and the scope."""
        scope = str(current())
        return self.region if self.region.startswith(scope) else scope

    @property
    def elsewhere(self) -> bool:
        """Whether the asked region lies outside the scope, so that there is nothing to be seen."""
        scope = str(current())
        return bool(self.region) and not (self.region.startswith(scope) or scope.startswith(self.region))

    @property
    def counted(self) -> bool:
        """Whether the kept counts answer this."""
        return not self.unit and len(self.prefix) <= COUNTED

    def narrowed(self, reasons: Sequence[str]) -> Q:
        """The condition, on decisions and counts alike. reasons: the sets of reasons that hold the asked one."""
        chosen = Q(run=self.run, region__gte=self.prefix, region__lt=after(self.prefix))
        for name in ("list", "scheme", "unit"):
            if value := getattr(self, name):
                chosen &= Q(**{name: value})
        if self.elsewhere:
            chosen &= Q(region="")
        return chosen & Q(reasons__in=reasons) if self.reason else chosen


def after(prefix: str) -> str:
    """The first code behind all codes that begin with a prefix, in any collation."""
    return str(int(prefix) + 1).zfill(len(prefix))
