"""What is read of a what-if: those of the scope, its counts laid out for a page, and its people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from anling.audit.scope import current
from anling.comparison.models import Run, WhatIf, WhatIfCount, WhatIfLine
from anling.comparison.queries.lists import MOST_PAGED
from anling.comparison.queries.runs import covering_runs
from anling.comparison.queries.wanted import after
from anling.rules.months import Month
from anling.rules.numbers import read_untyped

NEVER = "never"
"""In the place of a month: nothing stops."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which people; empty means any. before, after: lists; stop_before, stop_after: months as yyyy-MM, or `never`.

    moved: those who come onto another list; shifted: those who would stop in another month.
    """

    before: str = ""
    after: str = ""
    stop_before: str = ""
    stop_after: str = ""
    moved: bool = False
    shifted: bool = False
    scheme: str = ""
    region: str = ""

    @property
    def condition(self) -> Q:
        """On lines."""
        chosen = Q(**{f"list_{side}": value for side in ("before", "after") if (value := getattr(self, side))})
        for side in ("stop_before", "stop_after"):
            value = getattr(self, side)
            if value == NEVER:
                chosen &= Q(**{f"{side}__isnull": True})
            elif value:
                chosen &= Q(**{side: Month.parse(value).first_day})
        if self.moved:
            chosen &= ~Q(list_before=F("list_after"))
        if self.shifted:
            chosen &= ~SAME_STOP
        if self.scheme:
            chosen &= Q(scheme=self.scheme)
        return chosen & Q(region__gte=self.region, region__lt=after(self.region)) if self.region else chosen


SAME_STOP = Q(stop_before=F("stop_after")) | Q(stop_before__isnull=True, stop_after__isnull=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """The counts of a what-if. lists: (before, after) → benefits; why: (before, after, reasons after) → benefits.

    stops: month or None → (before, after, no longer then, newly then); sooner, later, never: by the stop month.
    """

    benefits: int
    lists: Counter[tuple[str, str]]
    why: Counter[tuple[str, str, str]]
    stops: dict[date | None, tuple[int, int, int, int]]
    shifts: Counter[str]
    regions: dict[str, tuple[int, int]]

    @property
    def moved(self) -> int:
        """Benefits that come onto another list."""
        return sum(number for (before, after), number in self.lists.items() if before != after)


def what_ifs_seen() -> QuerySet[WhatIf]:
    """All of the scope, the newest first."""
    current()
    return WhatIf.objects.select_related("run").defer("texts", "run__report").order_by("-id")


def what_if_of(key: int) -> WhatIf | None:
    """One; None where there is none in the scope."""
    current()
    return WhatIf.objects.select_related("run").defer("run__report").filter(pk=key).first()


def runs_to_ask(region: str) -> list[Run]:
    """The newest hundred finished runs over all of a region."""
    return list(covering_runs(region)[:100])


def run_to_ask(key: int, region: str) -> Run | None:
    """A finished run over all of a region, by its number; None where there is none."""
    return covering_runs(region).filter(pk=key).first()


def answer_of(what_if: WhatIf) -> Answer:
    """The counts of a finished what-if, read once; regions by city, or by county inside one."""
    digits = 6 if len(str(current())) >= 4 or len(what_if.region) >= 4 else 4
    found = Answer(0, Counter(), Counter(), {}, Counter(), {})
    stops: dict[date | None, list[int]] = {}
    regions: dict[str, list[int]] = {}
    benefits = 0
    for row in WhatIfCount.objects.filter(what_if=what_if).iterator(chunk_size=5_000):
        number = row.benefits
        benefits += number
        found.lists[row.list_before, row.list_after] += number
        moved, shift = row.list_before != row.list_after, _shift(row.stop_before, row.stop_after)
        if moved:
            found.why[row.list_before, row.list_after, row.reasons_after] += number
        found.shifts[shift] += number
        region = regions.setdefault(row.region[:digits], [0, 0])
        region[0] += number if moved else 0
        region[1] += number if shift else 0
        for place, month in enumerate((row.stop_before, row.stop_after)):
            cells = stops.setdefault(month, [0, 0, 0, 0])
            cells[place] += number
            cells[place + 2] += number if shift else 0
    ordered = sorted(stops, key=_by_month)
    return Answer(
        benefits, found.lists, found.why, {month: _four(stops[month]) for month in ordered}, found.shifts,
        {code: (cells[0], cells[1]) for code, cells in sorted(regions.items()) if any(cells)},
    )  # fmt: skip


def months_of(what_if: WhatIf) -> list[date | None]:
    """The months in which somebody stops on either side, in order; None, where nothing stops, is the last."""
    current()
    pairs = WhatIfCount.objects.filter(what_if=what_if).values_list("stop_before", "stop_after").distinct()
    return sorted({month for pair in pairs for month in pair}, key=_by_month)


def _by_month(month: date | None) -> tuple[bool, date]:
    return month is None, month or date.max


def _four(cells: list[int]) -> tuple[int, int, int, int]:
    before, after, gone, new = cells
    return before, after, gone, new


def _shift(before: date | None, after: date | None) -> str:
    """sooner, later, no_longer or newly, as the stop month changes; empty where it stays."""
    if before == after:
        return ""
    if before is None or after is None:
        return "newly" if before is None else "no_longer"
    return "sooner" if after < before else "later"


def lines_of(what_if: WhatIf, chosen: Chosen) -> QuerySet[WhatIfLine]:
    """The people asked for, by region."""
    current()
    found = WhatIfLine.objects.filter(chosen.condition, what_if=what_if).select_related("benefit", "person")
    return found.order_by("region", "benefit")


def masked(line: WhatIfLine) -> str:
    """The identity number of a line's person, masked."""
    return read_untyped(line.person.id_number).masked


__all__ = [
    "MOST_PAGED", "NEVER", "Answer", "Chosen", "answer_of", "lines_of", "masked", "months_of", "run_to_ask",
    "runs_to_ask", "what_if_of", "what_ifs_seen",
]  # fmt: skip
