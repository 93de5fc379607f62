"""GET and POST /runs, GET /runs/{number}, /runs/{number}/lists, /runs/{number}/decisions."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema
from pydantic import ConfigDict

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST, MONTH, SchemeName, month_text
from anling.api.gate import ClientRequest
from anling.api.paging import NEXT, REGION_PREFIX, after, cut, numbered
from anling.api.problems import FieldError, ProblemError
from anling.api.scoped import Scoped
from anling.api.since import Moment, PagingSince
from anling.audit.wording import heard, worded
from anling.comparison import operations, reading
from anling.comparison.errors import RunError
from anling.comparison.queries import Wanted

router = Router(tags=["comparison"], auth=Scoped("comparison:read"))
Number = Annotated[int, Path(ge=1, le=LARGEST, description="number of the run", examples=[3])]
ListCode = Literal["eligible", "lost", "to_verify", "no_evidence"]
StateName = Literal["queued", "running", "done", "failed", "cancelled"]


class RunsIn(PagingSince):
    """Which runs."""

    state: StateName | None = Field(None, description="only those in this state")


class RunIn(Schema):
    """What is asked for."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    as_of: date = Field(description="day of the comparison, today or earlier", examples=["2026-06-30"])
    known_at: Moment | None = Field(
        None,
        description="roster, passes and deliveries as they were known at that moment (RFC 3339 with offset), on the"
        " day or later; null: as they are known when the run is taken up",
        examples=["2026-06-30T18:00:00+08:00"],
    )
    reason: str = Field(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", description="what for, as the trail keeps it",
        examples=["monthly look back"],
    )  # fmt: skip


class Run(Schema):
    """One comparison as of a day: what it rests on and what it came to."""

    number: int = Field(examples=[3])
    region: str = Field(description="region prefix of the compared benefits", examples=["44"])
    as_of: date
    state: StateName
    known_at: datetime | None = Field(description="only what was known then counts; null: what was known when it ran")
    replay_of: int | None = Field(description="number of the run that it repeats; null: none")
    asked_at: datetime
    finished_at: datetime | None
    snapshot_rows: int | None = Field(description="benefits on the frozen roster")
    snapshot_hash: str = Field(description="SHA-256 of the frozen roster; empty until it is frozen")
    policy_version: str
    rules_version: str
    content_hash: str = Field(description="SHA-256 over decisions and evidence; empty until it is done")
    error: str = Field(description="why it failed, in one sentence; empty otherwise")


class Runs(Schema):
    """A page of runs."""

    items: list[Run]
    next: str | None = NEXT


class Count(Schema):
    """Benefits of a county that a run put on a list for the same reasons."""

    region: str = Field(description="first six digits of the paying region", examples=["440104"])
    scheme: SchemeName
    list: ListCode
    reasons: tuple[str, ...]
    benefits: int


class Counts(Schema):
    """All counts of a run in the client's region, in the order of region, scheme, list and reasons."""

    items: list[Count]


class DecisionsIn(PagingSince):
    """Which decisions."""

    list: ListCode | None = Field(None, description="only those on this list")
    region: str | None = Field(None, pattern=REGION_PREFIX, description="only paying regions that begin so")
    reason: str | None = Field(None, max_length=40, pattern=r"^[a-z0-9_]+$", description="only those with this reason")


class Record(Schema):
    """A department's record, by which it can ask about it."""

    feed: str
    batch: str
    row_id: str


class Decision(Schema):
    """On which list a run put a benefit, why, and on which records that rests. A proposal, never a verdict."""

    benefit: int = Field(description="id of the benefit")
    person: int = Field(description="id of the person")
    region: str = Field(description="paying region when the roster was frozen")
    scheme: SchemeName
    list: ListCode
    reasons: tuple[str, ...]
    pass_month: str | None = Field(description="month YYYY-MM; the eligible alone have one", pattern=MONTH)
    deciding: tuple[Record, ...]


class Decisions(Schema):
    """A page of decisions, in the order of region and benefit."""

    items: list[Decision]
    next: str | None = NEXT


@router.get("", response=Runs, operation_id="list_runs", summary="Comparison runs, page by page")
def list_runs(request: ClientRequest, asked: Query[RunsIn]) -> Runs:
    """Runs that concern the client's region. `updated_since` looks at when a run was asked for or ended."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    page, following = numbered(asked, partial(reading.runs_after, state=asked.state, since=asked.updated_since))
    return Runs(items=[_run(row) for row in page], next=following)


@router.post(
    "", response={201: Run}, operation_id="start_run", summary="Start a comparison run", auth=Scoped("comparison:run")
)
def start_run(request: ClientRequest, given: RunIn) -> Run:
    """Ask for a comparison of the client's region; it is queued, and GET tells how it ends. Takes an Idempotency-Key.

    With `known_at` it looks back: such a run shows what was known then, and is never taken over into passes and cases.
    """
    caller = request.caller
    try:
        row = operations.start(
            region=caller.region.prefix, **given.model_dump(), by=caller.actor, at=timezone.now()
        )  # fmt: skip
    except RunError as error:
        raise ProblemError("invalid", str(error)) from None
    return _run(row)


@router.get("/{number}", response=Run, operation_id="get_run", summary="One comparison run")
def get_run(request: ClientRequest, number: Number) -> Run:
    """The run of a number, if it concerns the client's region."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    return _run(_found(number))


@router.get("/{number}/lists", response=Counts, operation_id="list_lists", summary="The lists of a run, counted")
def list_lists(request: ClientRequest, number: Number) -> Counts:
    """How many benefits of the client's region are on each list, by county, scheme and reasons."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    _found(number)
    return Counts(items=[_count(row) for row in reading.counts_of(number)])


@router.get("/{number}/decisions", response=Decisions, operation_id="list_decisions", summary="Decisions of a run")
def list_decisions(request: ClientRequest, number: Number, asked: Query[DecisionsIn]) -> Decisions:
    """Decisions on benefits that the client's region pays, with the records on which they rest.

    They are written when the run ends and never change: `updated_since` gives all of them, or none.
    """
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    ended = _found(number).finished_at
    last = after(asked, str, int)
    try:
        wanted = Wanted(number, list=asked.list or "", region=asked.region or "", reason=asked.reason or "")
    except ValueError:
        wrong = FieldError(field="query.reason", message=str(worded("is none of the reasons of a decision")))
        raise ProblemError("invalid", errors=(wrong,)) from None
    if asked.updated_since and (ended is None or ended < asked.updated_since):
        return Decisions(items=[], next=None)
    rows = reading.decisions_after((str(last[0]), int(last[1])) if last else None, asked.limit + 1, wanted)
    page, following = cut(rows, asked.limit, lambda row: (row.region, row.benefit_id))
    return Decisions(items=[_decision(row) for row in page], next=following)


def _found(number: int) -> Any:
    row = reading.run(number)
    if row is None:
        raise ProblemError("not-found", worded("There is no run of this number that concerns your region."))
    return row


def _run(row: Any) -> Run:
    return Run(
        number=row.pk, region=row.region, as_of=row.as_of, state=row.state, known_at=row.known_at,
        replay_of=row.replay_of_id,
        asked_at=row.asked_at, finished_at=row.finished_at, snapshot_rows=row.snapshot_rows,
        snapshot_hash=row.snapshot_hash, policy_version=row.policy_version, rules_version=row.rules_version,
        content_hash=row.content_hash, error=heard(row.error),
    )  # fmt: skip


def _count(row: Any) -> Count:
    reasons = tuple(row.reasons.split())
    return Count(region=row.region, scheme=row.scheme, list=row.list, reasons=reasons, benefits=row.benefits)


def _decision(row: Any) -> Decision:
    return Decision(
        benefit=row.benefit_id, person=row.person_id, region=row.region, scheme=row.scheme, list=row.list,
        reasons=tuple(row.reasons.split()), pass_month=month_text(row.pass_month),
        deciding=tuple(Record(feed=feed, batch=batch, row_id=row_id) for feed, batch, row_id in row.deciding),
    )  # fmt: skip
