"""GET /agencies, GET /agencies/{code}."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Path, Query, Router, Schema

from anling.api.gate import ClientRequest
from anling.api.paging import CODE, NEXT, after, cut
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PlacesIn
from anling.audit.wording import worded
from anling.territory import reading

router = Router(tags=["places"], auth=Scoped("places:read"))


class Agency(Schema):
    """An office that pays benefits."""

    code: str = Field(description="AAB034", examples=["A440104"])
    name: str = Field(examples=["越秀区社会保险基金管理中心"])
    region: str = Field(description="code of its region", examples=["440104"])
    phone: str = Field(description="where recipients ask; empty where none is known", examples=["020-12345678"])


class Agencies(Schema):
    """A page of agencies in the order of their codes."""

    items: list[Agency]
    next: str | None = NEXT


@router.get("", response=Agencies, operation_id="list_agencies", summary="Agencies, page by page")
def list_agencies(request: ClientRequest, asked: Query[PlacesIn]) -> Agencies:
    """Offices that pay benefits; they are reference data, the same for every client.

    `updated_since` looks at any change.
    """
    del request
    last = after(asked, str)
    rows = reading.agencies_after(
        str(last[0]) if last else "", asked.limit + 1, region=asked.region, since=asked.updated_since
    )
    page, following = cut(rows, asked.limit, lambda row: (row.code,))
    return Agencies(items=[_shape(row) for row in page], next=following)


@router.get("/{code}", response=Agency, operation_id="get_agency", summary="One agency")
def get_agency(
    request: ClientRequest,
    code: Annotated[str, Path(pattern=CODE, max_length=40, description="its code", examples=["A440104"])],
) -> Agency:
    """The agency of a code."""
    del request
    row = reading.place("agency", code)
    if row is None:
        raise ProblemError("not-found", worded("There is no agency of this code."))
    return _shape(row)


def _shape(row: Any) -> Agency:
    return Agency(code=row.code, name=row.name, region=row.region_id, phone=row.phone)
