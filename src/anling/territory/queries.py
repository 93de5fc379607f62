"""What places are called, what lies where, and who is there. Reference data: no scope hides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from anling.audit.scope import province
from anling.territory.codes import full, line_of, prefix_of
from anling.territory.models import Agency, Outlet, Region, Source, Unit, UnitKind
from anling.territory.regions import SOURCE

UNIT_KINDS: tuple[str, ...] = tuple(UnitKind.values)
MOST_FOUND = 100
"""Regions that a search by name returns at most; the pages ask for more letters beyond."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region with where it lies. path: the names from the province down, with blanks between."""

    region: Region
    path: str


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names with all regions above, such as '广东省 广州市 越秀区', by code or scope prefix, in one query.

    A code that we do not know is named by what is known above it and itself.
    """
    lines = {code: line_of(code) for code in set(codes) if code}
    known = dict(
        Region.objects.filter(code__in={step for line in lines.values() for step in line}).values_list("code", "name")
    )
    return {
        code: " ".join([known[step] for step in line if step in known] + ([] if line[-1] in known else [code]))
        for code, line in lines.items()
    }


def name_of(code: str) -> str:
    """The name of one code or scope prefix, with all regions above; empty for an empty code."""
    return names_of([code]).get(code, "")


def region_of(code: str) -> Region | None:
    """The region of a code or scope prefix, None where there is none."""
    return Region.objects.filter(code=full(code)).select_related("successor").first()


def line_above(code: str) -> list[Region]:
    """The regions from the province down to this one."""
    return list(Region.objects.filter(code__in=line_of(code)).order_by("code"))


def valid_on(day: date) -> QuerySet[Region]:
    """The regions whose codes hold on a day."""
    began = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return Region.objects.filter(began, Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def children(code: str, day: date) -> QuerySet[Region]:
    """The regions right below one, as of a day."""
    return valid_on(day).filter(parent_id=full(code))


def former(code: str, day: date) -> QuerySet[Region]:
    """The regions right below one whose codes do not hold any more, with who took over."""
    return Region.objects.filter(parent_id=full(code), valid_to__lt=day).select_related("successor")


def successor_of(code: str) -> str:
    """The code that holds today for a code of any time; the code itself where nobody took over."""
    seen = {code}
    while (found := Region.objects.filter(code=code).values_list("successor_id", flat=True).first()) and (
        found not in seen
    ):
        code = found
        seen.add(code)
    return code


def find(text: str, *, most: int = MOST_FOUND) -> list[Place]:
    """Regions whose name holds the text, or whose code begins with it; the largest first, with where they lie."""
    text = text.strip()
    if not text:
        return []
    asked = Q(code__startswith=text) if text.isascii() and text.isdigit() else Q(name__contains=text)
    found = list(Region.objects.filter(asked).order_by(Length("code"), "code")[:most])
    paths = names_of(region.code for region in found)
    return [Place(region, paths[region.code]) for region in found]


def province_code() -> str:
    """The code of this installation's province: 440000 is Guangdong."""
    return full(province().prefix)


def agencies(region: str = "", *, text: str = "") -> QuerySet[Agency]:
    """Paying agencies in a region and below, the province without one, by part of the name or the code."""
    found = Agency.objects.filter(region__code__startswith=prefix_of(full(region or province().prefix)))
    return found.filter(Q(name__contains=text) | Q(code=text)) if text else found


def units(region: str = "", *, text: str = "", kind: str = "") -> QuerySet[Unit]:
    """Managing units in a region and below, the province without one, by part of the name or the code, and by kind."""
    found = Unit.objects.filter(region__code__startswith=prefix_of(full(region or province().prefix)))
    if text:
        found = found.filter(Q(name__contains=text) | Q(code=text))
    return found.filter(kind=kind) if kind else found


def outlets(region: str = "", *, day: date, text: str = "", terminal: bool = False) -> QuerySet[Outlet]:
    """Outlets open on a day in a region and below, the province without one: the directory of N-B4."""
    found = Outlet.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        region__code__startswith=prefix_of(full(region or province().prefix)),
    )
    if text:
        found = found.filter(Q(name__contains=text) | Q(address__contains=text) | Q(code=text))
    return found.filter(terminal=True) if terminal else found


def outlets_near(text: str, *, day: date) -> QuerySet[Outlet]:
    """Outlets open on a day whose name or address, or whose region's name, holds the text; all of them without one."""
    found = Outlet.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    if text:
        named = Q(name__contains=text) | Q(address__contains=text)
        found = found.filter(named | Q(region__name__contains=text) | Q(region__parent__name__contains=text))
    return found.order_by("region", "code")


def agencies_near(text: str) -> QuerySet[Agency]:
    """Agencies with a telephone whose name, or whose region's name, holds the text; the smallest region first."""
    found = Agency.objects.exclude(phone="").filter(
        Q(name__contains=text) | Q(region__name__contains=text) | Q(region__children__name__contains=text)
    )
    return found.distinct().order_by("-region", "code")


def phone_of(agency: str) -> str:
    """The telephone of an agency; empty where it has none, or is unknown."""
    return Agency.objects.filter(pk=agency).values_list("phone", flat=True).first() or ""


def unit(code: str) -> Unit | None:
    """One managing unit, None where there is none."""
    return Unit.objects.filter(pk=code).first()


def outlet(code: str) -> Outlet | None:
    """One outlet, None where there is none."""
    return Outlet.objects.filter(pk=code).first()


def regions_loaded_at() -> datetime | None:
    """When the regions were last brought up to date."""
    return Source.objects.filter(name=SOURCE).values_list("loaded_at", flat=True).first()
