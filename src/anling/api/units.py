"""GET /units, GET /units/{code}, PUT /units/{code}."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema
from pydantic import ConfigDict

from anling.api.gate import ClientRequest
from anling.api.paging import CODE, NEW_CODE, NEXT, REGION, after, cut
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PlacesIn
from anling.audit.wording import worded
from anling.territory import operations, reading

router = Router(tags=["places"], auth=Scoped("places:read"))
Kind = Literal["employer", "retiree_office", "committee", "other"]


class UnitIn(Schema):
    """What is said of a managing unit beside its code."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, pattern=CODE, examples=["某街道退休人员服务站"])
    kind: Kind
    region: str = Field(pattern=REGION, description="code of its region, valid today", examples=["440104"])
    phone: str = Field(
        "", max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$", description="of the office; empty where unknown"
    )


class Unit(Schema):
    """A managing unit: employer, retiree office, village or neighbourhood committee (N-B3)."""

    code: str = Field(description="AAB001", examples=["U0001"])
    name: str = Field(examples=["某街道退休人员服务站"])
    kind: Kind
    region: str = Field(description="code of its region", examples=["440104"])
    phone: str = Field(description="of the office; empty where unknown", examples=["020-00000000"])


class Units(Schema):
    """A page of managing units in the order of their codes."""

    items: list[Unit]
    next: str | None = NEXT


@router.get("", response=Units, operation_id="list_units", summary="Managing units, page by page")
def list_units(request: ClientRequest, asked: Query[PlacesIn]) -> Units:
    """Units that manage recipients; they are reference data, the same for every client.

    `updated_since` looks at any change.
    """
    del request
    last = after(asked, str)
    rows = reading.units_after(
        str(last[0]) if last else "", asked.limit + 1, region=asked.region, since=asked.updated_since
    )
    page, following = cut(rows, asked.limit, lambda row: (row.code,))
    return Units(items=[_shape(row) for row in page], next=following)


@router.get("/{code}", response=Unit, operation_id="get_unit", summary="One managing unit")
def get_unit(
    request: ClientRequest,
    code: Annotated[str, Path(pattern=CODE, max_length=40, description="its code", examples=["U0001"])],
) -> Unit:
    """The managing unit of a code."""
    del request
    row = reading.place("unit", code)
    if row is None:
        raise ProblemError("not-found", worded("There is no managing unit of this code."))
    return _shape(row)


@router.put(
    "/{code}", response=Unit, operation_id="put_unit", summary="Add or change a managing unit",
    auth=Scoped("places:write"),
)  # fmt: skip
def put_unit(
    request: ClientRequest,
    code: Annotated[str, Path(pattern=NEW_CODE, max_length=40, description="its code", examples=["U0001"])],
    given: UnitIn,
) -> Unit:
    """Add the unit of this code, or bring it to what is given; its region before and after must be the client's."""
    row = operations.save_unit(code=code, **given.model_dump(), by=request.caller.actor, at=timezone.now())
    return _shape(row)


def _shape(row: Any) -> Unit:
    return Unit(code=row.code, name=row.name, kind=row.kind, region=row.region_id, phone=row.phone)
