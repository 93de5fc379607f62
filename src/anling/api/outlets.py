"""GET /outlets, GET /outlets/{code}, PUT /outlets/{code}."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema
from pydantic import BeforeValidator, ConfigDict

from anling.api.gate import ClientRequest
from anling.api.paging import CODE, NEW_CODE, NEXT, REGION, after, cut
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PlacesIn
from anling.audit.wording import worded
from anling.territory import operations, reading

router = Router(tags=["places"], auth=Scoped("places:read"))
LINE = r"^[^\x00-\x1f\x7f]*$"


def _written(value: object) -> object:
    """A day is text: a number would be read as seconds since 1970."""
    if value is not None and not (isinstance(value, str) and len(value) == len("2026-07-01")):
        raise ValueError(worded("a day is written YYYY-MM-DD"))
    return value


class OutletIn(Schema):
    """What is said of an outlet beside its code."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, pattern=CODE, examples=["越秀区第一服务网点"])
    region: str = Field(pattern=REGION, description="code of its region, valid today", examples=["440104"])
    address: str = Field(min_length=1, max_length=200, pattern=CODE, examples=["某路1号"])
    phone: str = Field("", max_length=40, pattern=LINE, description="empty where unknown")
    hours: str = Field("", max_length=200, pattern=LINE, description="opening hours, as people read them")
    terminal: bool = Field(False, strict=True, description="has the province's self-service terminal")
    latitude: float | None = Field(None, ge=-90, le=90, strict=True, description="degrees north, kept to six places")
    longitude: float | None = Field(None, ge=-180, le=180, strict=True, description="degrees east, kept to six places")
    valid_to: Annotated[date | None, BeforeValidator(_written)] = Field(
        None, description="closed after this day; null: open"
    )


class Outlet(Schema):
    """A counter or terminal where people certify (N-B4)."""

    code: str = Field(examples=["O0001"])
    name: str = Field(examples=["越秀区第一服务网点"])
    region: str = Field(description="code of its region", examples=["440104"])
    address: str = Field(examples=["某路1号"])
    phone: str = Field(description="empty where unknown", examples=["020-00000000"])
    hours: str = Field(description="opening hours, as people read them", examples=["周一至周五 9:00–17:00"])
    terminal: bool = Field(description="has the province's self-service terminal")
    latitude: float | None = Field(description="degrees north", examples=[23.128])
    longitude: float | None = Field(description="degrees east", examples=[113.268])
    valid_to: date | None = Field(description="closed after this day; null: open")


class Outlets(Schema):
    """A page of outlets in the order of their codes."""

    items: list[Outlet]
    next: str | None = NEXT


@router.get("", response=Outlets, operation_id="list_outlets", summary="Outlets, page by page")
def list_outlets(request: ClientRequest, asked: Query[PlacesIn]) -> Outlets:
    """Counters and terminals, closed ones too; they are reference data, the same for every client.

    `updated_since` looks at any change.
    """
    del request
    last = after(asked, str)
    rows = reading.outlets_after(
        str(last[0]) if last else "", asked.limit + 1, region=asked.region, since=asked.updated_since
    )
    page, following = cut(rows, asked.limit, lambda row: (row.code,))
    return Outlets(items=[_shape(row) for row in page], next=following)


@router.get("/{code}", response=Outlet, operation_id="get_outlet", summary="One outlet")
def get_outlet(
    request: ClientRequest,
    code: Annotated[str, Path(pattern=CODE, max_length=40, description="its code", examples=["O0001"])],
) -> Outlet:
    """The outlet of a code."""
    del request
    row = reading.place("outlet", code)
    if row is None:
        raise ProblemError("not-found", worded("There is no outlet of this code."))
    return _shape(row)


@router.put(
    "/{code}", response=Outlet, operation_id="put_outlet", summary="Add or change an outlet",
    auth=Scoped("places:write"),
)  # fmt: skip
def put_outlet(
    request: ClientRequest,
    code: Annotated[str, Path(pattern=NEW_CODE, max_length=40, description="its code", examples=["O0001"])],
    given: OutletIn,
) -> Outlet:
    """Add the outlet of this code, or bring it to what is given; its region before and after must be the client's."""
    told = given.model_dump()
    told.update({axis: _degrees(told[axis]) for axis in ("latitude", "longitude")})
    facts = operations.OutletFacts(**told)
    row = operations.save_outlet(code=code, facts=facts, by=request.caller.actor, at=timezone.now())
    return _shape(row)


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.6f}")


def _shape(row: Any) -> Outlet:
    return Outlet(
        code=row.code, name=row.name, region=row.region_id, address=row.address, phone=row.phone, hours=row.hours,
        terminal=row.terminal, latitude=row.latitude, longitude=row.longitude, valid_to=row.valid_to,
    )  # fmt: skip
