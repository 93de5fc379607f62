"""GET /people, POST /people/search, GET /people/{id}, GET /people/{id}/benefits. A number is only sent in a body."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from ninja import Field, Path, Query, Router, Schema
from pydantic import ConfigDict

from anling.access.permissions import require
from anling.access.roles import Act
from anling.api.benefits import LARGEST, Benefits, benefit_shape
from anling.api.gate import ClientRequest
from anling.api.paging import CODE, NEXT, Paging, after, cut, numbered
from anling.api.problems import ProblemError
from anling.api.scoped import Scoped
from anling.api.since import PagingSince, moment_seen
from anling.audit.wording import worded
from anling.roster import reading
from anling.rules.numbers import IdNumber, IdType, masked

router = Router(tags=["people"], auth=Scoped("people:read"))
MOST_FOUND = 100
Document = Literal["01", "04", "05", "06", "07", "08", "16", "17", "99"]
PersonId = Annotated[int, Path(ge=1, le=LARGEST, description="id of the person", examples=[4])]


class NumberIn(Schema):
    """Whom to look for."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", str_strip_whitespace=False)

    id_type: Document = Field("01", description="AAC058, kind of document; 01 is the resident identity card")
    id_number: str = Field(
        min_length=1, max_length=40, pattern=CODE, examples=["11010519491231002X"],
        description="the whole number; 15 digits are upgraded to 18, blanks and small letters do not matter",
    )  # fmt: skip


class Person(Schema):
    """One human. The number is masked; phone and address are not given."""

    id: int = Field(description="lasting id in this system", examples=[4])
    id_type: str = Field(description="AAC058, kind of document", examples=["01"])
    id_number: str = Field(
        description="masked: the first and the last four characters", examples=["1101**********002X"]
    )
    id_valid: bool = Field(description="passes its check, or is of a kind without one")
    name: str = Field(examples=["某甲"])
    sex: Literal[1, 2, 9] = Field(description="1 male, 2 female, 9 unknown")
    merged_into: int | None = Field(description="id of the person into whom this one was merged; null: none")
    updated_at: datetime = Field(description="when the row was last written")


class Listed(Schema):
    """A page of people."""

    items: list[Person]
    next: str | None = NEXT


class People(Schema):
    """People who bear one number."""

    items: list[Person] = Field(description="at most 100, in the order of their ids")


@router.get("", response=Listed, operation_id="list_people", summary="People, page by page")
def list_people(request: ClientRequest, asked: Query[PagingSince]) -> Listed:
    """People with a benefit paid in the client's region, by id; with `updated_since` by when they were written."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    if asked.updated_since is None:
        page, following = numbered(asked, reading.people_after)
    else:
        last = after(asked, str, int)
        seen = moment_seen((str(last[0]), int(last[1])) if last else None)
        rows = reading.people_since(asked.updated_since, seen, asked.limit + 1)
        page, following = cut(rows, asked.limit, lambda row: (row.updated_at.isoformat(), row.pk))
    return Listed(items=[_shape(row) for row in page], next=following)


@router.post("/search", response=People, operation_id="search_people", summary="People by their exact number")
def search_people(request: ClientRequest, asked: NumberIn) -> People:
    """People of the client's region who bear exactly this number now; several where a number is shared."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    number = IdNumber.read(asked.id_number, IdType(asked.id_type)).text
    rows = reading.people_by_number(asked.id_type, number, MOST_FOUND) if number else []
    return People(items=[_shape(row) for row in rows])


@router.get("/{person_id}", response=Person, operation_id="get_person", summary="One person")
def get_person(request: ClientRequest, person_id: PersonId) -> Person:
    """The person of an id, if one of their benefits is paid in the client's region."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    row = reading.person(person_id)
    if row is None:
        raise ProblemError("not-found", worded("There is no person of this id in your region."))
    return _shape(row)


@router.get(
    "/{person_id}/benefits", response=Benefits, operation_id="list_benefits_of_person", summary="Benefits of a person"
)
def list_benefits_of_person(request: ClientRequest, person_id: PersonId, asked: Query[Paging]) -> Benefits:
    """The person's benefits that are paid in the client's region; those of other regions are not shown."""
    require(request.caller.actor, Act.LOOK, request.caller.region.prefix)
    last = after(asked, int)
    if reading.person(person_id) is None:
        raise ProblemError("not-found", worded("There is no person of this id in your region."))
    rows = reading.benefits_of(person_id, asked.limit + 1, after=int(last[0]) if last else 0)
    page, following = cut(rows, asked.limit, lambda row: (row.pk,))
    return Benefits(items=[benefit_shape(row) for row in page], next=following)


def _shape(row: Any) -> Person:
    return Person(
        id=row.pk, id_type=row.id_type, id_number=masked(row.id_number), id_valid=row.id_valid,
        name=row.name, sex=row.sex, merged_into=row.merged_into_id,
        updated_at=row.updated_at,
    )  # fmt: skip
