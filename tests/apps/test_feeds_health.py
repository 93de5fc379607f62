"""What deliveries say of a department on a day: figures against a table made by hand (N-C2)."""

from datetime import UTC, date, datetime

import pytest

from anling.audit.errors import NoScopeError
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.feeds import queries
from anling.feeds.models import Batch
from anling.matching.health import Health
from anling.rules.months import Month
from tests.apps.deliveries import POLICY

pytestmark = pytest.mark.usefixtures("db")

ON = date(2026, 6, 30)
RECIPIENTS = 100_000
"""police_death: 4 rows per 1,000 recipients and month, a usual delay of 30 days: 400 rows a month, up to April 2026."""


def _batch(
    name: str, month: Month, rows: int, quarantined: int = 0, feed: str = "police_death", **fields: object
) -> None:
    values: dict[str, object] = {
        "feed": feed, "batch": name, "file_name": f"{name}.csv", "covers_from": month.first_day,
        "covers_to": month.last_day, "delivered_at": datetime(2026, 6, 1, tzinfo=UTC), "rows": rows + quarantined,
        "quarantined": quarantined, "months": {str(month): rows}, "state": "ready", "way": "page",
        "received_at": datetime(2026, 6, 1, tzinfo=UTC), "doer": "officer:1", "doer_label": "x", "responsible": "44",
        "settled_at": datetime(2026, 6, 1, tzinfo=UTC),
    }  # fmt: skip
    Batch.objects.create(**{**values, **fields})


def _health(feed: str = "police_death", on: date = ON) -> queries.FeedHealth:
    found = queries.health(catalogue=POLICY.catalogue(on), rule=POLICY.health_rule(on), recipients=RECIPIENTS, on=on)
    return next(each for each in found if each.feed.code == feed)


def _year(rows: int, quarantined: int = 0) -> None:
    for place in range(12):
        _batch(f"b{place}", Month.of(2026, 5) - place, rows, quarantined)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (400, Health.HEALTHY),
        (200, Health.HEALTHY),
        (199, Health.SHRUNK),
        (800, Health.HEALTHY),
        (801, Health.SWOLLEN),
        (0, Health.MISSING),
    ],
)
def test_the_year_is_held_against_the_catalogue(rows: int, state: Health) -> None:
    _year(rows)
    with within(Scope("4401")):
        found = _health()
    assert found.source.period == (Month.of(2025, 6), Month.of(2026, 5))
    assert (found.source.states, found.source.rows, found.source.expected) == ((state,), rows * 12, 4800)


def test_a_feed_without_a_delivery_is_missing_and_blinds() -> None:
    with within(Scope("44")):
        found = _health()
    assert (found.source.states, found.source.blinds, found.last) == ((Health.MISSING,), True, None)
    assert found.error_rate is None


def test_as_long_as_the_roster_is_empty_rows_are_not_judged() -> None:
    _year(400)
    rule, catalogue = POLICY.health_rule(ON), POLICY.catalogue(ON)
    with within(Scope("44")):
        found = queries.health(catalogue=catalogue, rule=rule, recipients=0, on=ON)
        cells = queries.grid(feed=catalogue.feeds["police_death"], rule=rule, recipients=0, on=ON)
    (source,) = (each.source for each in found if each.feed.code == "police_death")
    assert (source.states, source.expected, cells[-2].state) == ((Health.HEALTHY,), None, Health.HEALTHY)


def test_the_error_rate_is_the_share_of_rows_in_quarantine() -> None:
    _year(395, 5)
    with within(Scope("44")):
        assert _health().error_rate == 60 / 4800


@pytest.mark.parametrize(("quarantined", "faulty"), [(20, False), (21, True)])
def test_over_the_share_that_the_policy_bears_a_feed_is_faulty(quarantined: int, faulty: bool) -> None:
    _year(400 - quarantined, quarantined)
    with within(Scope("44")):
        assert _health().faulty == faulty


def test_what_came_again_as_a_correction_counts_by_what_became_of_it_then() -> None:
    april = Month.of(2026, 4)
    _batch("b", april, 340, 60)
    _batch("again", april, 50, 10, corrects=Batch.objects.get(batch="b"))
    _batch("once more", april, 9, 1, corrects=Batch.objects.get(batch="again"))
    with within(Scope("44")):
        found = _health()
    assert (found.rows, found.quarantined) == (400, 1)


def test_deliveries_that_are_refused_replaced_or_later_do_not_count() -> None:
    _year(400)
    month = Month.of(2026, 5)
    _batch("refused", month, 9999, state="refused")
    _batch("open", month, 9999, state="checking")
    _batch("replaced", month, 9999, state="replaced", replaced_at=datetime(2026, 6, 2, tzinfo=UTC))
    _batch("later", month, 9999, delivered_at=datetime(2026, 6, 30, 17, tzinfo=UTC))  # the 1st of July in China
    with within(Scope("44")):
        found = _health()
    assert (found.source.rows, found.deliveries) == (4800, 12)


def test_a_replaced_delivery_counts_for_days_on_which_it_was_in_force() -> None:
    _batch("x", Month.of(2026, 5), 400, state="replaced", replaced_at=datetime(2026, 7, 2, tzinfo=UTC))
    with within(Scope("44")):
        assert (_health().deliveries, _health(on=date(2026, 7, 2)).deliveries) == (1, 0)


def test_the_grid_tells_month_by_month_what_came() -> None:
    may = Month.of(2026, 5)
    for place, rows in enumerate((400, 150, 900)):
        _batch(f"b{place}", may - place, rows)
    with within(Scope("44")):
        cells = queries.grid(
            feed=POLICY.catalogue(ON).feeds["police_death"], rule=POLICY.health_rule(ON), recipients=RECIPIENTS, on=ON
        )
    assert [(str(cell.month), cell.rows, cell.covered, cell.state) for cell in cells[-5:]] == [
        ("2026-02", 0, False, Health.MISSING),
        ("2026-03", 900, True, Health.SWOLLEN),
        ("2026-04", 150, True, Health.SHRUNK),
        ("2026-05", 400, True, Health.HEALTHY),
        ("2026-06", 0, False, None),
    ]
    assert (len(cells), cells[-1].expected) == (24, 400)


def test_reads_without_a_scope_are_refused() -> None:
    with pytest.raises(NoScopeError):
        queries.batches()
    with pytest.raises(NoScopeError):
        _health()
