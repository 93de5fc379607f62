"""Pages of reference data in the order of their codes, for other systems; it is the same for every scope.

since: only what was written at or after that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from anling.audit import scope
from anling.territory.models import Agency, Outlet, Region, Unit

Place = TypeVar("Place", bound=Model)


def regions_after(
    code: str, limit: int, *, parent: str | None = None, level: str | None = None, since: datetime | None = None
) -> Sequence[Region]:  # fmt: skip
    """At most `limit` regions after a code ('' for the first), of one parent or one level where that is asked for."""
    rows = Region.objects.all()
    if parent is not None:
        rows = rows.filter(parent_id=parent)
    if level is not None:
        rows = rows.filter(level=level)
    return _after(rows, code, limit, since)


def agencies_after(
    code: str, limit: int, *, region: str | None = None, since: datetime | None = None
) -> Sequence[Agency]:  # fmt: skip
    """At most `limit` agencies after a code, in regions that begin with `region`."""
    return _after(_below(Agency.objects.all(), region), code, limit, since)


def units_after(
    code: str, limit: int, *, region: str | None = None, since: datetime | None = None
) -> Sequence[Unit]:  # fmt: skip
    """At most `limit` managing units after a code, in regions that begin with `region`."""
    return _after(_below(Unit.objects.all(), region), code, limit, since)


def outlets_after(
    code: str, limit: int, *, region: str | None = None, since: datetime | None = None
) -> Sequence[Outlet]:  # fmt: skip
    """At most `limit` outlets after a code, in regions that begin with `region`; closed ones too."""
    return _after(_below(Outlet.objects.all(), region), code, limit, since)


def place(kind: str, code: str) -> Region | Agency | Unit | Outlet | None:
    """The region, agency, unit or outlet of that code; None where there is none."""
    scope.current()
    models: dict[str, type[Region | Agency | Unit | Outlet]] = {
        "region": Region, "agency": Agency, "unit": Unit, "outlet": Outlet,
    }  # fmt: skip
    return models[kind]._default_manager.filter(pk=code).first()


def _below(rows: QuerySet[Place], region: str | None) -> QuerySet[Place]:
    return rows if region is None else rows.filter(region__code__startswith=region)


def _after(rows: QuerySet[Place], code: str, limit: int, since: datetime | None) -> Sequence[Place]:
    scope.current()
    rows = rows if since is None else rows.filter(updated_at__gte=since)
    return list(rows.filter(pk__gt=code).order_by("pk")[:limit])
