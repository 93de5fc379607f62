"""Migrations that turn what is there into something else: forward on rows, nothing of them is lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.support.platform import empty

FORMER, LATER = ("payment", "0003_forecast"), ("payment", "0004_forecast_loads")


def _to(*target: str) -> None:
    executor = MigrationExecutor(connections["owner"])
    executor.migrate([target])  # type: ignore[list-item]


@pytest.fixture
def before_loads(database: None) -> Iterator[None]:
    """The tables as they were when a forecast kept its counts in one field."""
    del database
    empty()
    latest = [key for key in MigrationExecutor(connections["owner"]).loader.graph.leaf_nodes() if key[0] == "payment"]
    _to(*FORMER)
    yield
    _to(*latest[0])
    empty()


@pytest.mark.usefixtures("before_loads")
def test_what_an_earlier_forecast_counted_stays_month_by_month() -> None:
    made_at = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)  # the first of July in China
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO payment_forecast (region, made_at, doer_label, policy_version, benefits, horizon)"
            " VALUES ('4401', %s, 'clerk', 'v1', 9, '{\"phone\": [2, 0, 3], \"visit\": [0, 1, 0]}')",
            [made_at],
        )
        _to(*LATER)
        cursor.execute("SELECT region, way, month, benefits FROM payment_forecastload ORDER BY way, month")
        assert cursor.fetchall() == [
            ("4401", "", None, 9),
            ("4401", "phone", date(2026, 7, 1), 2),
            ("4401", "phone", date(2026, 9, 1), 3),
            ("4401", "visit", date(2026, 8, 1), 1),
        ]
