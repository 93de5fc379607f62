"""Source health (N-C2): did every department send what it usually sends? Absence means nothing where one did not.

A feed is missing without any delivery, or with at most the policy's `missing_rows` rows where at least one row was to
be expected. It is shrunk with fewer rows than the whole part of the expected ones times `shrunk_under`: in a small
office nobody may go to prison for years, and that blinds nobody. Swollen is held against at least one expected row.
Late looks at the days that deliveries cover, not at rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import floor
from typing import Protocol

from anling.policy.catalogue import Catalogue, Feed
from anling.policy.decision_file import HealthRule
from anling.rules.months import Month

PERIOD_MONTHS = 12
"""The period of the catalogue's expectation: the twelve whole months that should have arrived by the as-of date."""


class Health(StrEnum):
    """What became of a department's deliveries."""

    HEALTHY = "healthy"
    MISSING = "missing"
    LATE = "late"
    SHRUNK = "shrunk"
    SWOLLEN = "swollen"


class Delivery(Protocol):
    """A batch as this rule sees it. months: accepted rows by month, 'yyyy-MM', of the date that counts."""

    @property
    def feed(self) -> str:
        """Code of the feed."""
        ...

    @property
    def covers_to(self) -> date:
        """The last day that the delivery claims to cover."""
        ...

    @property
    def months(self) -> Mapping[str, int]:
        """Accepted rows by month."""
        ...


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One feed on the as-of date. `rows` are accepted rows dated in the period, `expected` what the catalogue expects.

    `covered_to` is the newest day that a delivery claims to cover. `blinds`: a required feed in such a state that
    absence of evidence means nothing (`source_unknown`).
    """

    feed: str
    required: bool
    states: tuple[Health, ...]
    period: tuple[Month, Month]
    rows: int
    expected: float | None
    covered_to: date | None
    blinds: bool

    def as_json(self) -> dict[str, object]:
        """For run.json."""
        return {
            "feed": self.feed,
            "required": self.required,
            "states": [state.value for state in self.states],
            "period": [str(month) for month in self.period],
            "rows": self.rows,
            "expected_rows": None if self.expected is None else round(self.expected, 1),
            "covered_to": self.covered_to.isoformat() if self.covered_to else None,
            "blinds": self.blinds,
        }


def health_of_sources(
    catalogue: Catalogue, batches: Iterable[Delivery], *, recipients: int, as_of: date, rule: HealthRule
) -> tuple[SourceHealth, ...]:
    """The health of every feed of the catalogue, in the order of their codes; `batches` exist on the as-of date."""
    delivered: dict[str, list[Delivery]] = {code: [] for code in catalogue.feeds}
    for batch in batches:
        delivered[batch.feed].append(batch)
    feeds = sorted(catalogue.feeds.values(), key=lambda feed: feed.code)
    return tuple(_health(feed, delivered[feed.code], recipients, as_of, rule) for feed in feeds)


def period(feed: Feed, as_of: date) -> tuple[Month, Month]:
    """First and last of the whole months that the department's usual delay should have let through by the day."""
    last = Month.of_date(as_of - timedelta(days=feed.usual_delay_days - 1)) - 1
    return last - (PERIOD_MONTHS - 1), last


def _health(feed: Feed, batches: Sequence[Delivery], recipients: int, as_of: date, rule: HealthRule) -> SourceHealth:
    first, last = period(feed, as_of)
    months = [(Month.parse(month), rows) for batch in batches for month, rows in batch.months.items()]
    rows = sum(count for month, count in months if first <= month <= last)
    per_month = feed.expected_per_1000_month
    expected = None if per_month is None else per_month * recipients / 1000 * PERIOD_MONTHS
    covered_to = max((batch.covers_to for batch in batches), default=None)
    states = tuple(_states(feed, rows, expected, covered_to, as_of, rule))
    blinds = feed.required and any(state in states for state in (Health.MISSING, Health.SHRUNK))
    return SourceHealth(feed.code, feed.required, states, (first, last), rows, expected, covered_to, blinds)


def _states(
    feed: Feed, rows: int, expected: float | None, covered_to: date | None, as_of: date, rule: HealthRule
) -> Iterable[Health]:
    """Counts speak only in whole rows: where less than one was to be expected, none is no sign of anything."""
    if covered_to is None or (rows <= rule.missing_rows and (expected is None or expected >= 1)):
        yield Health.MISSING
        return
    volume = judge_volume(rows, expected, rule)
    late = (as_of - covered_to).days > feed.usual_delay_days + rule.late_grace_days
    yield from [Health.LATE] * late
    yield from [volume] * (volume is not Health.HEALTHY or not late)


def judge_volume(rows: int, expected: float | None, rule: HealthRule) -> Health:
    """Shrunk, swollen or healthy, of rows that are there; expected: None where the catalogue expects nothing."""
    if expected is None:
        return Health.HEALTHY
    if rows < floor(expected * rule.shrunk_under):
        return Health.SHRUNK
    return Health.SWOLLEN if rows > max(1.0, expected) * rule.swollen_over else Health.HEALTHY
