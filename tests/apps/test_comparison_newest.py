"""Which runs a region is shown: its own and those over it stay in sight, however many the counties make."""

from datetime import date, timedelta

import pytest

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.models import Run, State
from anling.comparison.queries import finished_runs, latest_run
from anling.comparison.what_if.reading import run_to_ask, runs_to_ask
from tests.support.platform import NOW

pytestmark = pytest.mark.usefixtures("db")
DAY = date(2026, 6, 30)


def _done(region: str, as_of: date = DAY, **fields: object) -> Run:
    return Run(
        region=region, as_of=as_of, state=State.DONE, asked_by="machine:test", asked_by_label="test", asked_at=NOW,
        **fields,
    )  # fmt: skip


def test_the_province_and_a_city_see_their_own_run_beneath_a_month_of_county_runs() -> None:
    with within(Scope("44")):
        ours = Run.objects.bulk_create([_done("44"), _done("4401"), _done("44", known_at=NOW)])
        counties = [f"44{city:02}{county:02}" for city in range(1, 11) for county in range(1, 13)]
        Run.objects.bulk_create(_done(county, DAY + timedelta(days=1)) for county in counties)
        province, city, back = (run.pk for run in ours)
        assert latest_run() == ours[0]
        assert {province, back} <= {run.pk for run in finished_runs()}
        assert [run.pk for run in runs_to_ask("44")] == [back, province]
        assert run_to_ask(city, "4401") == ours[1]
        assert run_to_ask(city, "44") is None
    with within(Scope("4401")):
        assert latest_run() == ours[1]
        assert [run.pk for run in finished_runs()][-3:] == [back, city, province]


def test_where_no_run_covers_a_region_the_newest_inside_it_is_shown() -> None:
    with within(Scope("44")):
        older, newer = Run.objects.bulk_create([_done("4401"), _done("4403", DAY + timedelta(days=1))])
        assert latest_run() == newer
        assert [run.pk for run in finished_runs()] == [newer.pk, older.pk]
