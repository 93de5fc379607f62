"""Source health: what a department's deliveries say, and what their absence means (N-C2)."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from anling import policy
from anling.feeds.intake import FeedBatch
from anling.matching.health import Health, SourceHealth, health_of_sources, period
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


# rows per 1,000 recipients and month: justice_prison 0.02, police_death 4; `delivered` is of the whole period
@pytest.mark.parametrize(
    ("feed", "recipients", "delivered", "state", "blinds"),
    [
        ("justice_prison", 2_000, 0, Health.HEALTHY, False),  # half a row a year: none says nothing
        ("justice_prison", 4_100, 0, Health.HEALTHY, False),  # 0.98
        ("justice_prison", 4_200, 0, Health.MISSING, True),  # 1.01: at least one was to be expected
        ("justice_prison", 2_000, 2, Health.HEALTHY, False),
        ("justice_prison", 2_000, 3, Health.SWOLLEN, False),  # over twice one whole row
        ("justice_prison", 12_000, 1, Health.HEALTHY, False),  # 2.88, of which half is one whole row
        ("justice_prison", 20_000, 1, Health.SHRUNK, True),  # 4.8, of which half are two whole rows
        ("police_death", 100, 1, Health.SHRUNK, True),  # 4.8
        ("police_death", 100, 2, Health.HEALTHY, False),
        ("police_death", 20, 0, Health.HEALTHY, False),  # 0.96
        ("civil_marriage", 1_000_000, 0, Health.MISSING, False),  # not required
    ],
)
def test_counts_speak_in_whole_rows(feed: str, recipients: int, delivered: int, state: Health, blinds: bool) -> None:
    one = replace(batch(feed, 0), months={"2026-02": delivered})
    source = health(feed, [one], recipients)
    assert source.states == (state,)
    assert source.blinds == blinds


def test_without_any_delivery_a_feed_is_missing_however_small_the_office() -> None:
    source = health("justice_prison", [], 10)
    assert source.states == (Health.MISSING,)
    assert source.blinds


def test_a_feed_may_be_late_and_shrunk_at_once() -> None:
    source = health("police_death", [batch("police_death", 1000, AS_OF - timedelta(days=100))], 1_000_000)
    assert source.states == (Health.LATE, Health.SHRUNK)
    assert source.blinds


def test_late_alone_does_not_blind() -> None:
    assert not health("police_death", [batch("police_death", 4000, AS_OF - timedelta(days=100))], 1_000_000).blinds


def test_only_rows_of_the_period_count() -> None:
    outside = replace(batch("police_death", 0), months={"2025-05": 48_000, "2026-06": 48_000})
    assert health("police_death", [outside], 1_000_000).states == (Health.MISSING,)
    edges = replace(batch("police_death", 0), months={"2025-06": 24_000, "2026-05": 24_000})
    assert health("police_death", [edges], 1_000_000).states == (Health.HEALTHY,)


def test_deliveries_of_one_feed_count_together() -> None:
    halves = [batch("police_death", 1000, AS_OF - timedelta(days=100)), batch("police_death", 1000)]
    source = health("police_death", halves, 1_000_000)
    assert source.states == (Health.HEALTHY,)
    assert (source.rows, source.expected, source.covered_to) == (24_000, 48_000.0, AS_OF)


@pytest.mark.parametrize(
    ("feed", "as_of", "last"),
    [
        ("police_death", date(2026, 6, 30), Month.of(2026, 5)),  # 30 days after 31 May
        ("police_death", date(2026, 6, 29), Month.of(2026, 4)),
        ("police_death", date(2026, 7, 1), Month.of(2026, 5)),
        ("police_death", date(2026, 3, 1), Month.of(2025, 12)),  # 29 days after 31 January
        ("police_death", date(2026, 3, 2), Month.of(2026, 1)),
        ("police_death", date(2024, 3, 1), Month.of(2024, 1)),  # 30 days, in a leap year
        ("police_death", date(2026, 3, 31), Month.of(2026, 2)),
        ("police_death", date(2026, 1, 29), Month.of(2025, 11)),
        ("police_death", date(2026, 1, 30), Month.of(2025, 12)),
        ("police_border", date(2026, 3, 6), Month.of(2026, 1)),  # 7 days
        ("police_border", date(2026, 3, 7), Month.of(2026, 2)),
    ],
)
def test_the_period_is_the_last_twelve_whole_months_that_should_have_arrived(
    feed: str, as_of: date, last: Month
) -> None:
    assert period(CATALOGUE.feeds[feed], as_of) == (last - 11, last)
