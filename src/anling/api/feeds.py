"""GET /feeds, GET /feeds/{feed}/batches, GET /batches/{id}: what departments deliver."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST
from anling.api.gate import ClientRequest
from anling.api.paging import CODE, NEXT, numbered
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PagingSince
from anling.audit.wording import heard, worded
from anling.comparison.queries.decisions import policy_in_force
from anling.feeds import queries
from anling.feeds import reading as batches

router = Router(tags=["feeds"], auth=Scoped("feeds:read"))
BatchState = Literal["received", "checking", "ready", "refused", "replaced"]


class Feed(Schema):
    """A feed of the catalogue and how it stands today."""

    code: str = Field(examples=["police_death"])
    department: str = Field(examples=["police"])
    label_zh: str
    label_en: str
    required: bool = Field(description="whether its absence makes absence of evidence mean nothing")
    states: list[str] = Field(description="healthy, missing, late, shrunk, swollen; more than one may hold")
    rows: int = Field(description="accepted rows dated in the period")
    expected_rows: float | None = Field(description="rows that the catalogue expects for the period; null: none")
    covered_to: date | None = Field(description="newest day that a delivery claims to cover; null: none came")
    quarantined: int = Field(description="rows of the deliveries of the period that break the contract")
    faulty: bool = Field(description="whether these are more than the policy bears: a needed feed then holds stops")


class Feeds(Schema):
    """All feeds of the catalogue, in the order of their codes."""

    items: list[Feed]


class Batch(Schema):
    """One delivery of a department."""

    id: int
    feed: str
    batch: str = Field(description="the department's name for it")
    state: BatchState
    refusal: str = Field(description="why it was refused, in one sentence; empty otherwise")
    sha256: str
    covers_from: date | None
    covers_to: date | None
    delivered_at: datetime | None = Field(description="as the manifest says")
    received_at: datetime
    settled_at: datetime | None = Field(description="since when it is ready or refused")
    rows: int | None = Field(description="data rows, once read")
    quarantined: int | None = Field(description="rows that break the contract")


class Batches(Schema):
    """A page of deliveries, in the order in which they were received."""

    items: list[Batch]
    next: str | None = NEXT


class BatchesIn(PagingSince):
    """Which deliveries."""

    feed: str | None = Field(None, max_length=40, pattern=CODE, description="only those of this feed")
    state: BatchState | None = Field(None, description="only those in this state")


@router.get("/feeds", response=Feeds, operation_id="list_feeds", summary="Feeds and their health today")
def list_feeds(request: ClientRequest) -> Feeds:
    """The catalogue, judged by the rule that a comparison uses."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    today, policy = timezone.localdate(), policy_in_force()
    health = queries.health(
        catalogue=policy.catalogue(today), rule=policy.health_rule(today), recipients=queries.recipients(), on=today
    )
    return Feeds(items=[_feed(each) for each in health])


@router.get("/batches", response=Batches, operation_id="list_batches", summary="Deliveries, page by page")
def list_batches(request: ClientRequest, asked: Query[BatchesIn]) -> Batches:
    """Deliveries of all feeds or of one. `updated_since` looks at when one was received or settled."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    rows_after = partial(batches.batches_after, feed=asked.feed, state=asked.state, since=asked.updated_since)
    page, following = numbered(asked, rows_after)
    return Batches(items=[_batch(row) for row in page], next=following)


@router.get("/batches/{batch_id}", response=Batch, operation_id="get_batch", summary="One delivery")
def get_batch(
    request: ClientRequest, batch_id: Annotated[int, Path(ge=1, le=LARGEST, description="its id", examples=[7])]
) -> Batch:
    """The delivery of an id."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    row = batches.batch(batch_id)
    if row is None:
        raise ProblemError("not-found", worded("There is no delivery of this id."))
    return _batch(row)


def _feed(each: Any) -> Feed:
    return Feed(
        code=each.feed.code, department=each.feed.department, label_zh=each.feed.label_zh,
        label_en=each.feed.label_en, required=each.feed.required, states=[state.value for state in each.source.states],
        rows=each.source.rows, expected_rows=each.source.expected, covered_to=each.source.covered_to,
        quarantined=each.quarantined, faulty=each.faulty,
    )  # fmt: skip


def _batch(row: Any) -> Batch:
    return Batch(
        id=row.pk, feed=row.feed, batch=row.batch, state=row.state, refusal=heard(row.refusal), sha256=row.sha256,
        covers_from=row.covers_from, covers_to=row.covers_to, delivered_at=row.delivered_at,
        received_at=row.received_at, settled_at=row.settled_at, rows=row.rows, quarantined=row.quarantined,
    )  # fmt: skip
