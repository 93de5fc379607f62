"""Reads of the room: pay runs, their lines, differences; all within the scope of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, QuerySet

from anling.audit import scope
from anling.comparison.queries.wanted import after
from anling.passes.models import Cover, Revocation
from anling.payment.models import LineState, Mismatch, PayFact, PayLine, PayRun, Recovery
from anling.roster.models import Benefit, Finding, FindingKind
from anling.roster.queries import LongPaginator

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of a run are asked for; empty means any. hold: one of the reasons for which they are held."""

    run: int
    action: str = ""
    state: str = ""
    hold: str = ""
    unit: str = ""
    region: str = ""

    def told(self) -> dict[str, str]:
        """What was asked for, as an entry of the trail tells it."""
        asked = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "run"}
        return {name: value for name, value in asked.items() if value}


def runs() -> QuerySet[PayRun]:
    """Pay runs of the region and those around it, the newest month first."""
    scope.current()
    return PayRun.objects.order_by("-month", "-id")


def run(key: int) -> PayRun | None:
    """One pay run."""
    return runs().filter(pk=key).first()


def lines(wanted: Wanted) -> QuerySet[PayLine]:
    """Lines of a run with benefit and person, in the order in which they were drafted."""
    scope.current()
    found = PayLine.objects.filter(run=wanted.run)
    named = {"action": wanted.action, "state": wanted.state, "unit": wanted.unit}
    found = found.filter(**{name: value for name, value in named.items() if value})
    if wanted.hold:
        found = found.filter(holds__in=_hold_sets(wanted))
    if wanted.region:
        found = found.filter(region__gte=wanted.region, region__lt=after(wanted.region))
    return found.select_related("benefit", "person").order_by("id")


def _hold_sets(wanted: Wanted) -> list[str]:
    """The sets of reasons in a run that hold one, as they are stored. Only equality is fast under row security."""
    counts = PayRun.objects.filter(pk=wanted.run).values_list("counts", flat=True).first() or {}
    kept = {row["holds"] for row in counts.get("lines", [])}
    return [reasons for reasons in kept if wanted.hold in reasons.split()]


def page(rows: QuerySet[PayLine], number: object) -> Page[PayLine]:
    """One page of lines."""
    return LongPaginator(rows, PER_PAGE).get_page(number)  # type: ignore[arg-type]


def passed_meanwhile(key: int) -> int:
    """How many people whom a run would stop have passed since its cut-off: they resume in the next run.

    A pass that was revoked is none.
    """
    scope.current()
    cutoff = PayRun.objects.values("cutoff").filter(pk=key)[:1]
    passes = Cover.objects.filter(benefit=OuterRef("benefit"), recorded_at__gt=cutoff)
    passed = passes.exclude(Exists(Revocation.objects.filter(made=OuterRef("made_id"))))
    found = PayLine.objects.filter(run=key, action="stop", state__in=(LineState.PROPOSED, LineState.APPROVED))
    return found.filter(Exists(passed)).order_by().values("person").distinct().count()


def mismatches() -> QuerySet[Mismatch]:
    """Differences between our books and those of the pay system that nobody has settled, the oldest first."""
    scope.current()
    return Mismatch.objects.filter(settled_at=None).select_related("benefit__person", "run").order_by("id")


def mismatch(key: int) -> Mismatch | None:
    """One difference."""
    scope.current()
    return Mismatch.objects.select_related("benefit__person", "run").filter(pk=key).first()


def recoveries(*, state: str = "", kind: str = "") -> QuerySet[Recovery]:
    """What is to be recovered, the newest first."""
    scope.current()
    named = {"state": state, "kind": kind}
    found = Recovery.objects.filter(**{name: value for name, value in named.items() if value})
    return found.select_related("benefit", "person", "payer").order_by("-id")


def recovery(key: int) -> Recovery | None:
    """One recovery."""
    return recoveries().filter(pk=key).first()


def entries(found: Recovery) -> list[PayFact]:
    """Money that came in, was waived or given back by a recovery, oldest first."""
    scope.current()
    return list(PayFact.objects.filter(benefit=found.benefit_id, source=f"recovery:{found.pk}").order_by("id"))


def benefit(key: int) -> Benefit | None:
    """One benefit with its person."""
    scope.current()
    return Benefit.objects.filter(pk=key).select_related("person").first()


def recoveries_of(benefits: Sequence[int]) -> list[Recovery]:
    """The recoveries of some benefits, the newest first."""
    return list(recoveries().filter(benefit__in=benefits))


def status_differs() -> int:
    """Of how many benefits a roster file holds another pay status than we do."""
    scope.current()
    return Finding.objects.filter(kind=FindingKind.PAY_STATUS_DIFFERS, state="open").count()
