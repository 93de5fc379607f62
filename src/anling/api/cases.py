"""GET /cases: open questions about people, and what was found."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from ninja import Field, Path, Query, Router, Schema

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST
from anling.api.gate import ClientRequest
from anling.api.paging import NEXT, numbered
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PagingSince
from anling.audit.wording import worded
from anling.casework import reading

router = Router(tags=["casework"], auth=Scoped("cases:read"))
StateName = Literal["open", "in_work", "found", "returned", "closed"]


class CasesIn(PagingSince):
    """Which cases."""

    state: StateName | None = Field(None, description="only those in this state")
    person: int | None = Field(None, ge=1, le=LARGEST, description="only those of this person")


class Case(Schema):
    """One person's open question in one paying region. Notes, attempts and documents are not given."""

    id: int
    person: int = Field(description="id of the person")
    region: str = Field(description="the paying region, whose agency is responsible")
    benefits: list[int] = Field(description="ids of the benefits in question")
    kind: Literal["to_verify", "lost", "no_base", "appeal", "report"]
    state: StateName
    reasons: list[str] = Field(description="codes of the comparison that opened or last updated it")
    run: int | None = Field(description="number of that comparison")
    opened_at: datetime
    due: date = Field(description="last day, counted in working days")
    closed_at: datetime | None
    updated_at: datetime = Field(description="when it was last written")
    outcome: str = Field(description="what was found; empty while it is open")


class Cases(Schema):
    """A page of cases."""

    items: list[Case]
    next: str | None = NEXT


@router.get("", response=Cases, operation_id="list_cases", summary="Cases, page by page")
def list_cases(request: ClientRequest, asked: Query[CasesIn]) -> Cases:
    """Cases of the client's region. `updated_since` looks at any change, such as a reopening."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    rows_after = partial(reading.cases_after, state=asked.state, person=asked.person, since=asked.updated_since)
    page, following = numbered(asked, rows_after)
    return Cases(items=[_shape(row) for row in page], next=following)


@router.get("/{case_id}", response=Case, operation_id="get_case", summary="One case")
def get_case(
    request: ClientRequest, case_id: Annotated[int, Path(ge=1, le=LARGEST, description="its id", examples=[5])]
) -> Case:
    """The case of an id, if it is one of the client's region."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    row = reading.case(case_id)
    if row is None:
        raise ProblemError("not-found", worded("There is no case of this id in your region."))
    return _shape(row)


def _shape(row: Any) -> Case:
    return Case(
        id=row.pk, person=row.person_id, region=row.region, benefits=row.benefits, kind=row.kind, state=row.state,
        reasons=row.reasons.split(), run=row.run, opened_at=row.opened_at, due=row.due, closed_at=row.closed_at,
        updated_at=row.updated_at, outcome=row.outcome,
    )  # fmt: skip
