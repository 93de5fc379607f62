"""GET /pay-runs and their lines: what the pay system is told for a month."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from ninja import Field, Path, Query, Router, Schema

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST, MONTH, month_text
from anling.api.gate import ClientRequest
from anling.api.paging import NEXT, Paging, numbered
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PagingSince
from anling.audit.wording import worded
from anling.payment import reading

router = Router(tags=["pay"], auth=Scoped("pay:read"))
Number = Annotated[int, Path(ge=1, le=LARGEST, description="number of the pay run", examples=[2])]
StateName = Literal["draft", "signed", "approved", "exported", "acknowledged", "closed", "stopped"]
ActionName = Literal["stop", "resume", "end", "arrears", "offset"]
LineState = Literal["proposed", "held", "dropped", "approved", "done", "refused"]


class PayRunsIn(PagingSince):
    """Which pay runs."""

    state: StateName | None = Field(None, description="only those in this state")


class PayRun(Schema):
    """What a region tells its pay system for one month; nothing of it counts before it is exported."""

    number: int
    region: str = Field(description="region prefix of its benefits")
    month: str = Field(description="pay month YYYY-MM", pattern=MONTH)
    state: StateName
    cutoff: datetime = Field(description="passes recorded until then count")
    policy_version: str
    signed_by: str = Field(description="empty until it is signed")
    approved_by: str = Field(description="another officer; empty until it is approved")
    exported_at: datetime | None
    file_sha256: str = Field(description="of the control file; empty until it is exported")


class PayRuns(Schema):
    """A page of pay runs."""

    items: list[PayRun]
    next: str | None = NEXT


class LinesIn(Paging):
    """Which lines."""

    action: ActionName | None = Field(None, description="only lines with this action")
    state: LineState | None = Field(None, description="only lines in this state")


class Line(Schema):
    """One benefit's line, or why it has none although its clock has run out (state held)."""

    id: int
    benefit: int = Field(description="id of the benefit")
    region: str
    action: ActionName
    state: LineState
    reason: str
    holds: list[str] = Field(description="every reason for which it is held")
    from_month: str | None = Field(description="first month concerned, YYYY-MM", pattern=MONTH)
    to_month: str | None = Field(description="last month concerned, of arrears", pattern=MONTH)
    amount: str | None = Field(description="yuan, of arrears and offsets", pattern=r"^-?[0-9]+\.[0-9]{2}$")


class Lines(Schema):
    """A page of lines."""

    items: list[Line]
    next: str | None = NEXT


@router.get("", response=PayRuns, operation_id="list_pay_runs", summary="Pay runs, page by page")
def list_pay_runs(request: ClientRequest, asked: Query[PayRunsIn]) -> PayRuns:
    """Pay runs of the client's region and of those around it. `updated_since` looks at when one last moved on."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    page, following = numbered(asked, partial(reading.runs_after, state=asked.state, since=asked.updated_since))
    return PayRuns(items=[_run(row) for row in page], next=following)


@router.get("/{number}", response=PayRun, operation_id="get_pay_run", summary="One pay run")
def get_pay_run(request: ClientRequest, number: Number) -> PayRun:
    """The pay run of a number, if it concerns the client's region."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    return _run(_found(number))


@router.get("/{number}/lines", response=Lines, operation_id="list_pay_lines", summary="Lines of a pay run")
def list_pay_lines(request: ClientRequest, number: Number, asked: Query[LinesIn]) -> Lines:
    """Lines of benefits that the client's region pays."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    _found(number)
    page, following = numbered(asked, partial(reading.lines_after, number, action=asked.action, state=asked.state))
    return Lines(items=[_line(row) for row in page], next=following)


def _found(number: int) -> Any:
    row = reading.run(number)
    if row is None:
        raise ProblemError("not-found", worded("There is no pay run of this number that concerns your region."))
    return row


def _run(row: Any) -> PayRun:
    return PayRun(
        number=row.pk, region=row.region, month=month_text(row.month) or "", state=row.state, cutoff=row.cutoff,
        policy_version=row.policy_version, signed_by=row.signer_label, approved_by=row.approver_label,
        exported_at=row.exported_at, file_sha256=row.file_sha256,
    )  # fmt: skip


def _line(row: Any) -> Line:
    return Line(
        id=row.pk, benefit=row.benefit_id, region=row.region, action=row.action, state=row.state, reason=row.reason,
        holds=row.holds.split(), from_month=month_text(row.from_month), to_month=month_text(row.to_month),
        amount=None if row.amount is None else f"{row.amount:.2f}",
    )  # fmt: skip
