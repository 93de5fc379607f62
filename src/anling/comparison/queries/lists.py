"""The lists of a run: counted from the counts kept beside it, and page by page from the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count as Rows
from django.db.models import QuerySet, Sum
from django.db.models.functions import Left

from anling.audit.scope import current
from anling.comparison.models import Count, Decision
from anling.comparison.queries.wanted import Wanted
from anling.roster.models import Benefit
from anling.rules.numbers import read_untyped

PAGE = 50
"""People on a page."""
MOST_PAGED = 5_000
"""People that are paged through or sorted by what no index holds; who looks further narrows the filter or exports."""
SORTABLE = {"name": "person__pinyin", "pass_month": "pass_month", "region": "region"}


@dataclass(frozen=True, slots=True)
class Tally:
    """Benefits of a run under some filters. Each table counts (value, list); a benefit has every one of its reasons."""

    total: int
    regions: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    schemes: Counter[tuple[str, str]] = field(default_factory=Counter)
    lists: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Listed:
    """One benefit on a list, as a page shows it: the number masked."""

    benefit_id: int
    person_id: int
    benefit_no: str
    name: str
    number: str
    scheme: str
    region: str
    unit: str
    list: str
    reasons: tuple[str, ...]
    pass_month: date | None


def reason_sets(run: int, reason: str) -> list[str]:
    """The sets of reasons in a run that hold one, as they are stored. Only equality is fast under row security."""
    kept = Count.objects.filter(run=run).values_list("reasons", flat=True).distinct()
    return [codes for codes in kept if reason in codes.split()] if reason else []


def find(wanted: Wanted) -> QuerySet[Decision]:
    """The decisions asked for, in no order."""
    current()
    return Decision.objects.filter(wanted.narrowed(reason_sets(wanted.run, wanted.reason)))


def tally(wanted: Wanted, digits: int = 4) -> Tally:
    """Count what is asked for, regions by their first `digits` digits."""
    current()
    rows = _grouped(wanted, Left("region", digits))
    regions: Counter[tuple[str, str]] = Counter()
    for region, name, _, _, benefits in rows:
        regions[region, name] += benefits
    reasons: Counter[tuple[str, str]] = Counter()
    schemes: Counter[tuple[str, str]] = Counter()
    lists: Counter[str] = Counter()
    for _, name, scheme, codes, benefits in rows:
        lists[name] += benefits
        schemes[scheme, name] += benefits
        for code in codes.split():
            reasons[code, name] += benefits
    return Tally(lists.total(), regions, reasons, schemes, lists)


def _grouped(wanted: Wanted, region: Left) -> list[tuple[str, str, str, str, int]]:
    chosen = wanted.narrowed(reason_sets(wanted.run, wanted.reason))
    if wanted.counted:
        source, benefits = Count.objects.filter(chosen), Sum("benefits")
    else:
        source, benefits = Decision.objects.filter(chosen), Rows("benefit_id")  # type: ignore[assignment]
    grouped = source.annotate(place=region).values_list("place", "list", "scheme", "reasons")
    return list(grouped.annotate(found=benefits).order_by())


class _Counted(Paginator):  # type: ignore[type-arg]
    """Pages over rows that are counted already, as far as anybody pages."""

    def __init__(self, rows: QuerySet[Decision], total: int) -> None:
        super().__init__(rows, PAGE)
        self._total = total

    @property
    def count(self) -> int:
        """Rows that can be paged through."""
        return min(self._total, MOST_PAGED)


def people(wanted: Wanted, *, total: int, number: str | int, sort: str = "") -> Page[Listed]:
    """A page of the people asked for; by region, or as sorted where they are no more than MOST_PAGED.

    total: how many there are, as `tally` says. sort: a key of SORTABLE, with a minus before it to turn it round.
    """
    order = SORTABLE.get(sort.removeprefix("-"), "region")
    if order != "region" and total > MOST_PAGED:
        order = "region"
    sign = "-" if sort.startswith("-") else ""
    page = _Counted(find(wanted).order_by(sign + order, f"{sign}benefit_id"), total).get_page(number)
    page.object_list = listed(page.object_list)
    return page


def listed(decisions: Iterable[Decision]) -> list[Listed]:
    """Decisions with what a page says of their people, in their order."""
    decisions = list(decisions)
    keys = [each.benefit_id for each in decisions]
    benefits = {each.pk: each for each in Benefit.objects.filter(pk__in=keys).select_related("person")}
    return [_shown(each, benefits[each.benefit_id]) for each in decisions if each.benefit_id in benefits]


def _shown(decision: Decision, benefit: Benefit) -> Listed:
    return Listed(
        decision.benefit_id, benefit.person_id, benefit.benefit_no, benefit.person.name,
        read_untyped(benefit.person.id_number).masked, decision.scheme, decision.region, decision.unit, decision.list,
        tuple(decision.reasons.split()), decision.pass_month,
    )  # fmt: skip
