"""GET /passes: who was shown to be entitled, when and by which way."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Query, Router, Schema

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST, MONTH, month_text
from anling.api.gate import ClientRequest
from anling.api.paging import NEXT, after, cut
from anling.api.scoped import Scoped
from anling.api.since import PagingSince
from anling.passes import reading

router = Router(tags=["people"], auth=Scoped("people:read"))
WayName = Literal["comparison", "remote", "unit", "outlet", "visit", "enrolment", "cooperation", "consular", "imported"]


class PassesIn(PagingSince):
    """Which passes."""

    benefit: int | None = Field(None, ge=1, le=LARGEST, description="only those that cover this benefit")
    way: WayName | None = Field(None, description="only those that came by this way")


class Pass(Schema):
    """One benefit that a pass covers; a pass of somebody with two benefits is two rows of one id."""

    id: int = Field(description="id of the pass")
    benefit: int = Field(description="id of the benefit that it covers")
    month: str = Field(description="month YYYY-MM that it counts for", pattern=MONTH)
    way: WayName
    recorded_at: datetime
    revoked: bool = Field(description="it turned out to be none and counts no more")
    revoked_at: datetime | None = Field(description="when that was found; null: it counts")


class Passes(Schema):
    """A page of passes, in the order in which they were recorded."""

    items: list[Pass]
    next: str | None = NEXT


@router.get("", response=Passes, operation_id="list_passes", summary="Passes, page by page")
def list_passes(request: ClientRequest, asked: Query[PassesIn]) -> Passes:
    """Passes that cover benefits of the client's region. `updated_since` looks at when one was recorded or revoked."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    last = after(asked, int, int)
    rows = reading.covers_after(
        (int(last[0]), int(last[1])) if last else None, asked.limit + 1, benefit=asked.benefit, way=asked.way,
        since=asked.updated_since,
    )  # fmt: skip
    page, following = cut(rows, asked.limit, lambda row: (row.made_id, row.benefit_id))
    return Passes(items=[_shape(row) for row in page], next=following)


def _shape(row: Any) -> Pass:
    return Pass(
        id=row.made_id, benefit=row.benefit_id, month=month_text(row.month) or "", way=row.way,
        recorded_at=row.recorded_at, revoked=row.revoked_at is not None, revoked_at=row.revoked_at,
    )  # fmt: skip
