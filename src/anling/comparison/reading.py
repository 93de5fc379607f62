"""Runs, their lists and decisions for other systems, page by page in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]

from anling.audit.scope import current
from anling.comparison.models import Count, Decision, Run
from anling.comparison.queries.lists import find
from anling.comparison.queries.runs import run_of
from anling.comparison.queries.wanted import Wanted, after


def runs_after(last: int, limit: int, *, state: str | None, since: datetime | None) -> Sequence[Run]:
    """At most `limit` runs that concern the scope, after a number. since: asked for or ended at or after it."""
    current()
    rows = Run.objects.defer("report").filter(pk__gt=last)
    if state:
        rows = rows.filter(state=state)
    if since:
        rows = rows.filter(Q(asked_at__gte=since) | Q(finished_at__gte=since))
    return list(rows.order_by("pk")[:limit])


def run(number: int) -> Run | None:
    """A run; None where there is none that concerns the scope."""
    return run_of(number)


def counts_of(number: int) -> Sequence[Count]:
    """The counts of a run in the scope."""
    prefix = str(current())
    rows = Count.objects.filter(run=number, region__gte=prefix[:6], region__lt=after(prefix[:6]))
    return list(rows.order_by("region", "scheme", "list", "reasons"))


def decisions_after(last: tuple[str, int] | None, limit: int, wanted: Wanted) -> Sequence[Decision]:
    """At most `limit` decisions of a run in the order of region and benefit, after the last one seen."""
    current()
    rows = find(wanted)
    if last is not None:
        rows = rows.filter(TupleGreaterThan(Tuple(F("region"), F("benefit_id")), last))
    return list(rows.order_by("region", "benefit_id")[:limit])
