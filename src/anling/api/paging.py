"""Pages by keyset: a cursor names the last row given, so that page 10,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ninja import Field, Schema

from anling.api.problems import FieldError, ProblemError
from anling.audit.wording import worded

MOST = 500
CODE = r"^[^\x00-\x1f\x7f]+$"
"""Codes and numbers as they may stand in a query: without control characters."""
NEW_CODE = r"^[^\s\x00-\x1f\x7f]+$"
"""A code as it may be given to a place: without blanks too."""
REGION = r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"
REGION_PREFIX = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
NEXT = Field(None, description="cursor of the next page; null on the last one", examples=["WyI0NDAxMDQiXQ"])

Row = TypeVar("Row")


class Paging(Schema):
    """Which page."""

    limit: int = Field(100, ge=1, le=MOST, description="rows on a page")
    cursor: str | None = Field(
        None, min_length=1, max_length=300, pattern=r"^[A-Za-z0-9_-]+$", description="`next` of the page before"
    )


def after(paging: Paging, *kinds: type) -> tuple[str | int, ...] | None:
    """The key after which the page begins; None: from the beginning. Raises ProblemError for a cursor not of ours."""
    if paging.cursor is None:
        return None
    try:
        padded = paging.cursor + "=" * (-len(paging.cursor) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded.encode()).decode())
    except (binascii.Error, ValueError):
        parts = None
    if not _fits(parts, kinds):
        raise ProblemError(
            "invalid", errors=(FieldError(field="query.cursor", message=str(worded("not a cursor of this list"))),)
        )
    return tuple(parts)


def cut(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[str | int, ...]]) -> tuple[list[Row], str | None]:
    """The rows of the page and the cursor of the next; rows: one more than the limit where there is a next page."""
    page = list(rows[:limit])
    if len(rows) <= limit:
        return page, None
    text = json.dumps(list(key(page[-1])), separators=(",", ":"))
    return page, base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def numbered(asked: Paging, rows_after: Callable[[int, int], Sequence[Any]]) -> tuple[list[Any], str | None]:
    """A page of a list that runs by its rows' keys, and the cursor of the next.

    rows_after: at most so many rows (its second argument) after a key (its first). Raises ProblemError as `after` does.
    """
    last = after(asked, int)
    return cut(rows_after(int(last[0]) if last else 0, asked.limit + 1), asked.limit, lambda row: (row.pk,))


def _fits(parts: object, kinds: tuple[type, ...]) -> bool:
    if not isinstance(parts, list) or len(parts) != len(kinds):
        return False
    return all(type(part) is kind and _storable(part) for part, kind in zip(parts, kinds, strict=True))


def _storable(part: object) -> bool:
    return 0 <= part < 2**63 if isinstance(part, int) else str(part).isprintable()
