"""A small world as it stands in files: a roster, the feeds' batches with their manifests, and an as-of date."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

Row = dict[str, Any]

SHANGHAI = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Batch:
    """One delivery of a feed; ``delivered_at`` is an ISO time, Shanghai time where it names no zone."""

    feed: str
    name: str
    delivered_at: str
    rows: tuple[Row, ...]
    covers_from: date = date(2010, 1, 1)
    covers_to: date = date(2030, 12, 31)

    @property
    def delivered_on(self) -> date:
        moment = datetime.fromisoformat(self.delivered_at)
        return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date()

    def manifest(self, sha256: str) -> Row:
        return {
            "feed": self.feed,
            "batch": self.name,
            "covers_from": self.covers_from.isoformat(),
            "covers_to": min(self.covers_to, self.delivered_on).isoformat(),
            "delivered_at": self.delivered_at,
            "rows": len(self.rows),
            "sha256": sha256,
        }


@dataclass(frozen=True)
class World:
    """Everything a run reads. ``name`` tells generated worlds apart when several are merged into one."""

    as_of: date
    roster: tuple[Row, ...]
    batches: tuple[Batch, ...] = field(default=())
    name: str = ""
