"""Reads of forecasts: the newest of a region or around it, its lines grouped and one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from hashlib import sha256

from django.core.cache import caches
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Left

from anling.audit import scope
from anling.comparison.queries.wanted import after as behind
from anling.payment.models import Forecast, ForecastLine, ForecastLoad
from anling.rules.forecast import NextWay

_KEPT = 3600
"""Seconds for which counts are kept: lines stay as they are, but a benefit that moves takes its line along."""
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


@dataclass(frozen=True, slots=True)
class Counted:
    """People by (month, way), and the largest groups by region, unit, village and band of age."""

    months: Mapping[tuple[date, str], int]
    groups: Mapping[str, Sequence[tuple[str, int]]]


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


def counted(forecast: Forecast, wanted: Wanted, digits: int) -> Counted:
    """The lines that are asked for, counted in every way that the page shows; regions by their first digits.

    Counted once for a scope and kept: it holds codes and numbers, and nobody's name.
    """
    asked = sha256(repr((astuple(wanted), digits)).encode()).hexdigest()[:32]
    key = f"forecast:{forecast.pk}:{forecast.made_at.timestamp()}:{scope.current()}:{asked}"
    found: Counted | None = caches["results"].get(key)
    if found is None:
        rows = lines(forecast, wanted)
        groups = {by: _grouped(rows, by, digits, most) for by, most in _GROUPS.items()}
        found = Counted(_by_month_and_way(rows), groups)
        caches["results"].set(key, found, _KEPT)
    return found


_GROUPS: Mapping[str, int] = {"region": 50, "unit": 10, "village": 10, "band": len(BANDS) + 1}
"""By what lines are grouped, and how many of the groups are told."""


def _by_month_and_way(found: QuerySet[ForecastLine]) -> dict[tuple[date, str], int]:
    rows = found.order_by().values_list("month", "way").annotate(number=Count("id"))
    return {(month, way): number for month, way, number in rows}


def _grouped(found: QuerySet[ForecastLine], by: str, digits: int, most: int) -> list[tuple[str, int]]:
    band = Case(
        *(When(age__gte=first, age__lt=after, then=Value(str(first))) for first, after in BANDS), default=Value(""),
        output_field=CharField(),
    )  # fmt: skip
    value = {"region": Left("region", digits), "band": band}.get(by) or F(by)
    rows = found.order_by().annotate(group=value).values_list("group").annotate(number=Count("id"))
    return [(group, number) for group, number in rows.order_by("-number", "group")[:most]]
