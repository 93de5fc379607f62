"""GET /benefits, GET /benefits/{id}."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Path, Query, Router, Schema

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.gate import ClientRequest
from anling.api.paging import CODE, NEXT, after, cut
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PagingSince, moment_seen
from anling.audit.wording import worded
from anling.roster import reading
from anling.rules.numbers import shown

router = Router(tags=["people"], auth=Scoped("people:read"))
LARGEST = 2**63 - 1
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
SchemeName = Literal["employee", "resident"]
StatusName = Literal["paying", "suspended", "ended"]


class BenefitsIn(PagingSince):
    """Which benefits."""

    unit: str | None = Field(None, pattern=CODE, max_length=40, description="AAB001, only those this unit manages")
    scheme: SchemeName | None = Field(None, description="only those of this scheme")
    pay_status: StatusName | None = Field(None, description="AAE116, only those in this state")


class Benefit(Schema):
    """One pension: who pays it, since when, how much, and whether it is in pay. Identity numbers are masked."""

    id: int = Field(description="lasting id in this system", examples=[17])
    benefit_no: str = Field(description="its number at the agency", examples=["A440104-P0001-resident"])
    person: int = Field(description="id of the person", examples=[4])
    person_no: str = Field(description="AAC001, unique within the agency", examples=["P0001"])
    agency: str = Field(description="AAB034", examples=["A440104"])
    scheme: SchemeName
    region: str = Field(description="AAB301, code of the paying region", examples=["440104"])
    residence_region: str = Field(description="code of the region of residence; empty where unknown")
    unit: str = Field(description="AAB001, managing unit; empty where there is none", examples=["U0001"])
    benefit_start: str | None = Field(description="AIC160, month YYYY-MM", pattern=MONTH, examples=["2019-03"])
    last_pass_month: str | None = Field(
        description="AAC096, month of the last certification as imported; null: never", pattern=MONTH,
        examples=["2025-07"],
    )  # fmt: skip
    pay_status: StatusName = Field(description="AAE116")
    suspend_reason: str = Field(description="AAE160; empty unless suspended")
    updated_at: datetime = Field(description="when it was last written")
    monthly_amount: str | None = Field(
        description="yuan a month, two places", pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["220.00"]
    )


class Benefits(Schema):
    """A page of benefits."""

    items: list[Benefit]
    next: str | None = NEXT


@router.get("", response=Benefits, operation_id="list_benefits", summary="Benefits, page by page")
def list_benefits(request: ClientRequest, asked: Query[BenefitsIn]) -> Benefits:
    """Benefits paid in the client's region, by paying region and id; with `updated_since` by when they were written."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    given = {"unit": asked.unit, "scheme": asked.scheme, "pay_status": asked.pay_status}
    last = after(asked, str, int)
    seen = (str(last[0]), int(last[1])) if last else None
    if asked.updated_since is None:
        rows = reading.benefits_after(seen, asked.limit + 1, **given)
        page, following = cut(rows, asked.limit, lambda row: (row.region, row.pk))
    else:
        rows = reading.benefits_since(asked.updated_since, moment_seen(seen), asked.limit + 1, **given)
        page, following = cut(rows, asked.limit, lambda row: (row.updated_at.isoformat(), row.pk))
    return Benefits(items=[benefit_shape(row) for row in page], next=following)


@router.get("/{benefit_id}", response=Benefit, operation_id="get_benefit", summary="One benefit")
def get_benefit(
    request: ClientRequest,
    benefit_id: Annotated[int, Path(ge=1, le=LARGEST, description="its id", examples=[17])],
) -> Benefit:
    """The benefit of an id, if it is paid in the client's region."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    row = reading.benefit(benefit_id)
    if row is None:
        raise ProblemError("not-found", worded("There is no benefit of this id in your region."))
    return benefit_shape(row)


def benefit_shape(row: Any) -> Benefit:
    """The benefit as clients see it; agencies that number people by identity number get it masked."""
    return Benefit(
        id=row.pk, benefit_no=shown(row.benefit_no), person=row.person_id, person_no=shown(row.person_no),
        agency=row.agency, scheme=row.scheme, region=row.region, residence_region=row.residence_region, unit=row.unit,
        benefit_start=month_text(row.benefit_start), last_pass_month=month_text(row.last_pass_month),
        pay_status=row.pay_status, suspend_reason=row.suspend_reason, updated_at=row.updated_at,
        monthly_amount=None if row.monthly_amount is None else f"{row.monthly_amount:.2f}",
    )  # fmt: skip


def month_text(day: date | None) -> str | None:
    """A month as clients read it, YYYY-MM."""
    return None if day is None else f"{day:%Y-%m}"
