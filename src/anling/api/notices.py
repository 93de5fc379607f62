"""GET /notices: what people were told, and whether it arrived."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Literal

from ninja import Field, Query, Router, Schema

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST, MONTH, month_text
from anling.api.gate import ClientRequest
from anling.api.paging import NEXT, numbered
from anling.api.scoped import Scoped
from anling.api.since import PagingSince
from anling.notices import reading

router = Router(tags=["notices"], auth=Scoped("notices:read"))
StateName = Literal["queued", "sent", "delivered", "undeliverable", "cancelled", "overtaken"]


class NoticesIn(PagingSince):
    """Which notices."""

    state: StateName | None = Field(None, description="only those in this state")
    benefit: int | None = Field(None, ge=1, le=LARGEST, description="only those about this benefit")


class Notice(Schema):
    """One notice. Words and address are not given."""

    id: int
    benefit: int = Field(description="id of the benefit that it is about")
    kind: Literal[
        "warning", "result", "suspension", "restoration", "apology", "appeal", "end", "arrears", "offset"
    ]  # fmt: skip
    stop_month: str | None = Field(description="the pay month in question, YYYY-MM", pattern=MONTH)
    channel: Literal["sms", "wechat", "post"]
    state: StateName
    why: str = Field(description="why it is undeliverable or was not sent: a code; empty otherwise")
    queued_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None = Field(description="when it was delivered, or known to be undeliverable")


class Notices(Schema):
    """A page of notices."""

    items: list[Notice]
    next: str | None = NEXT


@router.get("", response=Notices, operation_id="list_notices", summary="Notices, page by page")
def list_notices(request: ClientRequest, asked: Query[NoticesIn]) -> Notices:
    """Notices about benefits of the client's region. `updated_since` looks at when one was queued, sent or ended."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    rows_after = partial(reading.notices_after, state=asked.state, benefit=asked.benefit, since=asked.updated_since)
    page, following = numbered(asked, rows_after)
    return Notices(items=[_shape(row) for row in page], next=following)


def _shape(row: Any) -> Notice:
    return Notice(
        id=row.pk, benefit=row.benefit_id, kind=row.kind, stop_month=month_text(row.stop_month), channel=row.channel,
        state=row.state, why=row.why, queued_at=row.queued_at, sent_at=row.sent_at, ended_at=row.ended_at,
    )  # fmt: skip
