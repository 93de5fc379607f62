"""The morning glance: one share, its change, regions ranked, each number as the run has it."""

import re
from datetime import date

from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.roles import Role
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.comparison.models import Count, Run
from anling.comparison.operations import replay
from anling.comparison.queries import trend
from tests.support.platform import NOW, officer
from tests.support.province import PROVINCE, Office, asked, ended, finished, office

__all__ = ["finished", "office"]


def _client(role: Role, region: str, username: str) -> Client:
    client = Client(headers={"Accept-Language": "en"}, SERVER_NAME="localhost")
    client.force_login(officer(username, role, region))
    return client


def test_the_share_is_that_of_the_run_and_cities_are_ranked_by_it(office: Office, finished: Run) -> None:
    del office
    with within(PROVINCE):
        rows = list(Count.objects.filter(run=finished).values_list("list", "benefits"))
    share = 100 * sum(count for name, count in rows if name == "eligible") / sum(count for _, count in rows)
    text = _client(Role.SUPERVISOR, "44", "sup").get("/province/").content.decode()
    assert f"{share:.1f} %" in text
    shares = [float(found) for found in re.findall(r'</a></th><td class="text-end">([0-9.]+)</td>', text)]
    assert len(shares) >= 10
    assert shares == sorted(shares, reverse=True)


def test_a_city_sees_its_counties_and_no_query_grows_with_them(office: Office, finished: Run) -> None:
    del office, finished
    province, city = (_client(Role.SUPERVISOR, region, f"sup{region}") for region in ("44", "4401"))

    def asked(client: Client) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/province/").status_code == 200
        return len(seen)

    assert "region=4401" in city.get("/province/").content.decode()
    asked(province)  # which remembers what does not change, such as names of regions
    assert asked(province) == asked(city)


def test_the_table_is_taken_out_by_those_who_may_and_recorded(office: Office, finished: Run) -> None:
    del office, finished
    answer = _client(Role.CLERK, "44", "exporter").post("/province/cities.csv")
    assert answer.getvalue().decode("utf-8-sig").startswith("code,region,")
    assert Entry.objects.filter(kind="comparison.list_exported", after__figures="regions").exists()
    assert _client(Role.SUPERVISOR, "44", "looker").post("/province/cities.csv").status_code == 403


def test_the_share_is_told_month_by_month_the_newest_first_and_a_run_that_looks_back_is_none(
    office: Office, finished: Run
) -> None:
    earlier = ended(asked(office, as_of=date(2026, 5, 31)))
    ended(asked(office, region="4401", as_of=date(2026, 4, 30)))  # which covers a city alone
    with within(PROVINCE):
        ended(replay(run=earlier, reason="", by=office.clerk, at=NOW))
        points = trend(finished)
        counted = dict(Count.objects.filter(run=earlier).values_list("list").annotate(Sum("benefits")))
    assert [each.run.pk for each in points] == [earlier.pk, finished.pk]
    assert points[0].lists == counted
    text = _client(Role.SUPERVISOR, "44", "trend").get("/province/").content.decode()
    assert text.index("<td>2026-06-30</td>") < text.index("<td>2026-05-31</td>")
    assert "share-chart" in text
