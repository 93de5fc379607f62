"""How many benefits each list held, run by run: what a figure was before it is what it is now."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from anling.audit.scope import current
from anling.comparison.models import Count, Run
from anling.comparison.queries.runs import covering_runs

MONTHS = 12
"""Runs of a trend: what a programme year has, one for each month."""


@dataclass(frozen=True, slots=True)
class Point:
    """The benefits of the scope by list, as a run has them."""

    run: Run
    lists: Counter[str]


def trend(run: Run) -> list[Point]:
    """The newest run of each month up to that of `run`, the oldest first; counted for the scope.

    A run over a larger region counts too, for the rows that the scope shows of it; one that looks back does not.
    """
    covering = covering_runs(str(current())).filter(replay_of=None, known_at=None, as_of__lte=run.as_of)
    newest: dict[tuple[int, int], Run] = {}
    for each in (run, *covering.defer("report")[: MONTHS * 8]):
        newest.setdefault((each.as_of.year, each.as_of.month), each)
    chosen = sorted(newest.values(), key=lambda each: each.as_of)[-MONTHS:]
    lists: defaultdict[int, Counter[str]] = defaultdict(Counter)
    counts = Count.objects.filter(run__in=chosen).values_list("run", "list").annotate(found=Sum("benefits"))
    for key, name, benefits in counts.order_by():
        lists[key][name] = benefits
    return [Point(each, lists[each.pk]) for each in chosen if lists[each.pk]]
