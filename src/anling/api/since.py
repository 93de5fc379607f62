"""`updated_since`: what was written since a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from ninja import Field
from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from anling.api.paging import REGION_PREFIX, Paging
from anling.api.problems import FieldError, ProblemError
from anling.audit.wording import worded

SINCE = Field(
    None,
    description="only rows written at or after this moment (RFC 3339 with offset); each list says which moments of a"
    " row it looks at. Keep the time of your last question and ask again from there",
    examples=["2026-07-01T00:00:00+08:00"],
)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].+", re.IGNORECASE)


def as_utc(moment: datetime) -> datetime:
    """The same moment at UTC: the database knows no offset of 16 hours or more. ValueError: no offset, no such year."""
    if moment.tzinfo is None:
        raise ValueError(worded("a moment has its offset, such as +08:00"))
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(worded("a moment of the years 1 to 9999")) from None


def _written(value: object) -> object:
    """A moment is text: a number would be read as seconds since 1970."""
    if value is not None and not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        raise ValueError(worded("a moment is written like 2026-07-01T00:00:00+08:00"))
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(as_utc)]


class PagingSince(Paging):
    """Which page, of what was written since a moment."""

    updated_since: Moment | None = SINCE


class PlacesIn(PagingSince):
    """Which page, of which regions, of what was written since a moment."""

    region: str | None = Field(
        None, pattern=REGION_PREFIX, description="only regions whose code begins so: 2, 4, 6, 9 or 12 digits"
    )


def moment_seen(seen: tuple[str, int] | None) -> tuple[datetime, int] | None:
    """The moment and id that a cursor names. Raises ProblemError for a cursor not of ours."""
    if seen is None:
        return None
    try:
        return as_utc(datetime.fromisoformat(seen[0])), seen[1]
    except ValueError:
        wrong = FieldError(field="query.cursor", message=str(worded("not a cursor of this list")))
        raise ProblemError("invalid", errors=(wrong,)) from None
