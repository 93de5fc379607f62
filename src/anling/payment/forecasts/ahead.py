"""Reads of forecasts: the newest of a region or around it, its lines grouped and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Left

from anling.audit import scope
from anling.comparison.queries.wanted import after as behind
from anling.payment.models import Forecast, ForecastLine, ForecastLoad
from anling.rules.forecast import NextWay

BANDS = ((0, 70), (70, 80), (80, 90), (90, 200))
"""Ages from (included) to (not included)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; empty means any. region: a prefix; band: the first age of one of BANDS, as text."""

    region: str = ""
    month: str = ""
    way: str = ""
    unit: str = ""
    village: str = ""
    band: str = ""

    def told(self) -> dict[str, str]:
        """What was asked for, as an entry of the trail tells it."""
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}


def newest() -> Forecast | None:
    """The newest forecast that covers the whole scope."""
    prefix = scope.current().prefix
    around = [prefix[:digits] for digits in range(2, len(prefix) + 1)]
    return Forecast.objects.filter(region__in=around).order_by("-id").first()


def lines(forecast: Forecast, wanted: Wanted) -> QuerySet[ForecastLine]:
    """The lines of a forecast in the scope, by month."""
    scope.current()
    found = ForecastLine.objects.filter(_inside(wanted.region), forecast=forecast)
    named = {"way": wanted.way, "unit": wanted.unit, "village": wanted.village}
    found = found.filter(**{name: value for name, value in named.items() if value})
    if wanted.month:
        found = found.filter(month=date.fromisoformat(f"{wanted.month}-01"))
    for first, after in BANDS:
        if wanted.band == str(first):
            found = found.filter(age__gte=first, age__lt=after)
    return found.select_related("benefit", "person").order_by("month", "id")


def loads(forecast: Forecast, region: str, months: Sequence[date]) -> dict[str, list[int]]:
    """Way → how many run out in each month, of a region prefix within the scope: not of all that was forecast."""
    rows = _loads(forecast, region).filter(month__isnull=False).values_list("way", "month")
    found = {(way, month): number for way, month, number in rows.annotate(number=Sum("benefits"))}
    return {way.value: [found.get((way.value, month), 0) for month in months] for way in NextWay}


def in_pay(forecast: Forecast, region: str) -> int:
    """Benefits in pay of a region prefix within the scope."""
    found = _loads(forecast, region).filter(month__isnull=True).aggregate(number=Sum("benefits"))
    return found["number"] or 0


def _loads(forecast: Forecast, region: str) -> QuerySet[ForecastLoad]:
    scope.current()
    return ForecastLoad.objects.filter(_inside(region), forecast=forecast).order_by()


def _inside(region: str) -> Q:
    """Range bounds, which find an index under row security where LIKE does not."""
    return Q(region__gte=region, region__lt=behind(region)) if region else Q()


def by_month_and_way(found: QuerySet[ForecastLine]) -> dict[tuple[date, str], int]:
    """(month, way) → people."""
    rows = found.order_by().values_list("month", "way").annotate(number=Count("id"))
    return {(month, way): number for month, way, number in rows}


def grouped(found: QuerySet[ForecastLine], by: str, digits: int = 4, most: int = 50) -> list[tuple[str, int]]:
    """The largest groups of lines by region (its first digits), unit, village or band of age."""
    band = Case(
        *(When(age__gte=first, age__lt=after, then=Value(str(first))) for first, after in BANDS), default=Value(""),
        output_field=CharField(),
    )  # fmt: skip
    value = {"region": Left("region", digits), "band": band}.get(by) or F(by)
    rows = found.order_by().annotate(group=value).values_list("group").annotate(number=Count("id"))
    return [(group, number) for group, number in rows.order_by("-number", "group")[:most]]
