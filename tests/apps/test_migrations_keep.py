"""Migrations that turn what is there into something else: forward on rows, nothing of them is lost."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.support.latest import to_the_latest
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
    _to(*FORMER)
    yield
    to_the_latest()
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


@pytest.fixture
def before_carried(database: None) -> Iterator[None]:
    """The tables as they were when a stop kept the month that was expected of it."""
    del database
    empty()
    _to("payment", "0005_follow")
    yield
    to_the_latest()
    empty()


@pytest.mark.usefixtures("before_carried")
def test_what_was_expected_of_a_stop_goes_and_arrears_on_their_way_keep_their_sum_by_months() -> None:
    day, months = date(2026, 8, 1), (date(2026, 12, 1), date(2027, 2, 1))
    with connections["owner"].cursor() as cursor:
        _insert(cursor, "roster_person", id=1)
        _insert(cursor, "payment_payrun", id=1, month=date(2027, 3, 1), state="exported", proposer="a")
        for key in (1, 2):
            _insert(cursor, "roster_benefit", id=key, benefit_no=f"B{key}", person_id=1)
            _insert(cursor, "payment_payfact", benefit_id=key, what="end", month=day, effective=day, source="finding:1")
        _insert(
            cursor, "roster_change", benefit_id=2, person_id=1, field="pay_status", before="suspended",
            source="finding:1",
        )  # fmt: skip
        _insert(
            cursor, "payment_payline", run_id=1, benefit_id=1, person_id=1, action="arrears", from_month=months[0],
            to_month=months[1], amount="100.00",
        )  # fmt: skip
        for place, state in enumerate(("open", "agreed", "settled")):
            _insert(
                cursor, "payment_recovery", benefit_id=1, person_id=1, state=state, source=f"finding:{place}",
                from_month=date(2026, 6 + place, 1), to_month=day, overpaid="100.00",
            )  # fmt: skip
        _to("payment", "0006_what_was_carried_out")
        cursor.execute("SELECT benefit_id, effective FROM payment_payfact ORDER BY benefit_id")
        assert cursor.fetchall() == [(1, None), (2, day)]
        cursor.execute("SELECT parts FROM payment_payline")
        assert json.loads(cursor.fetchone()[0]) == [["2026-12", "33.33"], ["2027-01", "33.33"], ["2027-02", "33.34"]]
        cursor.execute("SELECT state, from_month FROM payment_recovery ORDER BY id")
        assert cursor.fetchall() == [
            ("open", date(2026, 6, 1)), ("cancelled", date(2026, 7, 1)), ("settled", date(2026, 8, 1)),
        ]  # fmt: skip


@pytest.fixture
def before_elsewhere(database: None) -> Iterator[None]:
    """The tables as they were when a pass covered the benefits of one region alone."""
    del database
    empty()
    _to("passes", "0005_revocation_by_time")
    yield
    to_the_latest()
    empty()


@pytest.mark.usefixtures("before_elsewhere")
def test_a_pass_of_before_covers_what_other_regions_pay_and_one_that_a_roster_told_does_not() -> None:
    month = date(2026, 6, 1)
    with connections["owner"].cursor() as cursor:
        _insert(cursor, "roster_person", id=1)
        for key, region, status in ((1, "440104", "paying"), (2, "440305", "suspended"), (3, "440305", "ended")):
            _insert(
                cursor, "roster_benefit", id=key, benefit_no=f"B{key}", person_id=1, region=region, pay_status=status
            )
        for key, way in ((1, "outlet"), (2, "imported")):
            _insert(cursor, "passes_pass", id=key, person_id=1, month=month, way=way, source=way)
            _insert(cursor, "passes_cover", made_id=key, benefit_id=1, region="440104", month=month, way=way)
        _to("passes", "0006_recorded_elsewhere")
        cursor.execute("SELECT made_id, benefit_id, region, elsewhere FROM passes_cover ORDER BY made_id, benefit_id")
        assert cursor.fetchall() == [(1, 1, "440104", False), (1, 2, "440305", True), (2, 1, "440104", False)]


_EMPTY = {
    "text": "''",
    "character varying": "''",
    "jsonb": "'{}'",
    "timestamp with time zone": "now()",
    "boolean": "true",
}


def _insert(cursor: Any, table: str, **values: object) -> None:
    """A row of which only some columns are told; the others that may not be null are as good as empty."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    others = {name: _EMPTY.get(kind, "1") for name, kind in cursor.fetchall() if name not in values}
    columns = ", ".join(f'"{name}"' for name in (*values, *others))
    marks = ", ".join([*("%s" for _ in values), *others.values()])
    cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))


@pytest.mark.usefixtures("db")
def test_no_model_is_ahead_of_its_migrations() -> None:
    told = StringIO()
    call_command("makemigrations", check_changes=False, dry_run=True, stdout=told)
    assert told.getvalue() == "No changes detected\n"


@pytest.fixture
def before_overtaken(database: None) -> Iterator[None]:
    """The tables as they were when what no longer held was cancelled like what an officer took back."""
    del database
    empty()
    _to("notices", "0007_letters_waiting")
    yield
    to_the_latest()
    empty()


@pytest.mark.usefixtures("before_overtaken")
def test_what_no_longer_held_is_told_apart_from_what_an_officer_took_back() -> None:
    before = ("by_officer", "no_longer_due", "stop_undone", "overtaken")
    with connections["owner"].cursor() as cursor:
        _insert(cursor, "roster_person", id=1)
        _insert(cursor, "roster_benefit", id=1, benefit_no="B1", person_id=1)
        for place, why in enumerate(before):
            _insert(
                cursor, "notices_notice", benefit_id=1, person_id=1, kind="warning", about=str(place), why=why,
                state="cancelled",
            )  # fmt: skip
        _to("notices", "0008_overtaken")
        cursor.execute("SELECT state, why FROM notices_notice ORDER BY about")
        assert cursor.fetchall() == [
            ("cancelled", "by_officer"), ("overtaken", "no_longer_due"), ("overtaken", "stop_undone"),
            ("overtaken", "later_run"),
        ]  # fmt: skip
