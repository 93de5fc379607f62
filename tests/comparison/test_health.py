"""Source health: what a department's deliveries say, and what their absence means (N-C2)."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from anling import policy
from anling.comparison.health import Health, SourceHealth, health_of_sources, period
from anling.comparison.intake import FeedBatch
from anling.rules.months import Month

AS_OF = date(2026, 6, 30)
POLICY = policy.load()
CATALOGUE = POLICY.catalogue(AS_OF)
CHINA = timezone(timedelta(hours=8))


def batch(feed: str, rows_a_month: int, covers_to: date = AS_OF) -> FeedBatch:
    """One delivery with so many rows in every month of the last two years."""
    months = {str(Month.of(2024, 7) + place): rows_a_month for place in range(24)}
    total = sum(months.values())
    return FeedBatch(
        feed=feed, batch="1", file=f"{feed}/1.csv", folder=Path("store"),
        delivered_at=datetime(2026, 6, 30, tzinfo=CHINA), covers_from=date(2024, 7, 1), covers_to=covers_to,
        sha256="", rows=total, accepted=total, rejected=0, empty_numbers=0, invalid_numbers=0, months=months,
        reused=False,
    )  # fmt: skip


def health(feed: str, batches: list[FeedBatch], recipients: int) -> SourceHealth:
    found = health_of_sources(CATALOGUE, batches, recipients=recipients, as_of=AS_OF, rule=POLICY.health_rule(AS_OF))
    return next(source for source in found if source.feed == feed)


# police_death: 4 rows per 1,000 recipients and month, so 4,000 a month are expected of a million recipients
@pytest.mark.parametrize(
    ("rows_a_month", "state"),
    [
        (4000, Health.HEALTHY),
        (2000, Health.HEALTHY),
        (1999, Health.SHRUNK),
        (8000, Health.HEALTHY),
        (8001, Health.SWOLLEN),
        (0, Health.MISSING),
    ],
)
def test_the_volume_is_held_against_what_the_catalogue_expects(rows_a_month: int, state: Health) -> None:
    assert health("police_death", [batch("police_death", rows_a_month)], 1_000_000).states == (state,)


def test_a_feed_without_any_batch_is_missing() -> None:
    assert health("police_death", [], 1_000_000).states == (Health.MISSING,)


def test_a_delivery_that_ends_too_long_ago_is_late() -> None:
    # usual delay 30 days and 15 days of grace
    in_time, late = AS_OF - timedelta(days=45), AS_OF - timedelta(days=46)
    assert health("police_death", [batch("police_death", 4000, in_time)], 1_000_000).states == (Health.HEALTHY,)
    assert health("police_death", [batch("police_death", 4000, late)], 1_000_000).states == (Health.LATE,)


def test_only_a_required_feed_blinds() -> None:
    assert health("police_death", [], 1_000_000).blinds
    assert not health("civil_marriage", [], 1_000_000).blinds


def test_a_small_office_is_not_blind_because_nobody_went_to_prison() -> None:
    # 0.02 rows per 1,000 and month: of 2,000 recipients half a row a year
    source = health("justice_prison", [batch("justice_prison", 0)], 2_000)
    assert source.states == (Health.HEALTHY,)
    assert not source.blinds


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (date(2026, 6, 30), Month.of(2026, 5)),
        (date(2026, 6, 29), Month.of(2026, 4)),
        (date(2026, 7, 1), Month.of(2026, 5)),
    ],
)
def test_the_period_is_the_last_twelve_whole_months_that_should_have_arrived(as_of: date, last: Month) -> None:
    assert period(CATALOGUE.feeds["police_death"], as_of) == (last - 11, last)
