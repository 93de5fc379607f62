"""`updated_since`: what was written since a moment, in the order in which it was written."""

from __future__ import annotations

from datetime import datetime

from ninja import Field

from anling.api.paging import Paging

SINCE = Field(
    None,
    description="only rows written at or after this moment (RFC 3339 with offset), in the order in which they were"
    " written; keep the newest `updated_at` you have seen and ask again from there",
    examples=["2026-07-01T00:00:00+08:00"],
)


class PagingSince(Paging):
    """Which page, of what was written since a moment."""

    updated_since: datetime | None = SINCE
