"""GET /regions, GET /regions/{code}."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Path, Query, Router, Schema

from anling.api.gate import ClientRequest
from anling.api.paging import NEXT, REGION, after, cut
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PagingSince
from anling.audit.wording import worded
from anling.territory import reading

router = Router(tags=["places"], auth=Scoped("places:read"))
LevelName = Literal["province", "city", "county", "town", "village"]


class RegionsIn(PagingSince):
    """Which regions."""

    parent: str | None = Field(None, pattern=REGION, description="only those right below this region")
    level: LevelName | None = Field(None, description="only those of this level")


class Region(Schema):
    """A region by its statistical code. A code that is no longer valid keeps its row and names its successor."""

    code: str = Field(description="6, 9 or 12 digits", examples=["440104"])
    name: str = Field(examples=["越秀区"])
    level: LevelName
    parent: str | None = Field(description="code of the region above; null for the province", examples=["440100"])
    valid_from: date | None = Field(description="first day; null: since before the data")
    valid_to: date | None = Field(description="last day; null: still valid")
    successor: str | None = Field(description="code of the region that took its place")


class Regions(Schema):
    """A page of regions in the order of their codes."""

    items: list[Region]
    next: str | None = NEXT


@router.get("", response=Regions, operation_id="list_regions", summary="Regions, page by page")
def list_regions(request: ClientRequest, asked: Query[RegionsIn]) -> Regions:
    """Guangdong's regions from the province down to villages; they are reference data, the same for every client.

    `updated_since` looks at any change.
    """
    del request
    last = after(asked, str)
    rows = reading.regions_after(
        str(last[0]) if last else "", asked.limit + 1, parent=asked.parent, level=asked.level, since=asked.updated_since
    )
    page, following = cut(rows, asked.limit, lambda row: (row.code,))
    return Regions(items=[_shape(row) for row in page], next=following)


@router.get("/{code}", response=Region, operation_id="get_region", summary="One region")
def get_region(
    request: ClientRequest, code: Annotated[str, Path(pattern=REGION, description="its code", examples=["440104"])]
) -> Region:
    """The region of a code."""
    del request
    row = reading.place("region", code)
    if row is None:
        raise ProblemError("not-found", worded("There is no region of this code."))
    return _shape(row)


def _shape(row: Any) -> Region:
    return Region(
        code=row.code, name=row.name, level=row.level, parent=row.parent_id, valid_from=row.valid_from,
        valid_to=row.valid_to, successor=row.successor_id,
    )  # fmt: skip
