"""The lists and the runs as officers see them: numbers that open the people behind them, in their own region alone."""

import csv
import io
import re

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.models import Officer
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.models import Decision, Run
from anling.comparison.phrases import LISTS
from anling.comparison.queries import Wanted, count_moves, decisions_of, people, tally
from anling.roster.models import Benefit
from anling.rules.evidence import ListName
from anling.web.officer.comparison.decision_section import decisions
from tests.support.province import PROVINCE, Office, asked, ended

CITY = Scope("4401")


def visitor(name: str) -> Client:
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.force_login(
        Officer.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def province(finished: Run) -> Client:
    del finished
    return visitor("province")


@pytest.fixture
def city(finished: Run) -> Client:
    del finished
    return visitor("city")


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def shown_numbers(page: str) -> list[str]:
    return re.findall(r"\d{4}\*{10}\d{3}[\dX]", page)


def test_the_lists_count_what_the_run_decided(finished: Run, province: Client, city: Client) -> None:
    for client, scope in ((province, PROVINCE), (city, CITY)):
        page = text(client, "/office/lists")
        with within(scope):
            for name in ListName:
                number = Decision.objects.filter(run=finished, list=name.value).count()
                assert f'<span class="h1 m-0 d-block">{number:,}</span>' in page
                assert LISTS[name].en in page


def test_every_number_opens_as_many_people(finished: Run) -> None:
    with within(PROVINCE):
        for wanted in (
            Wanted(run=finished.pk, list="eligible"),
            Wanted(run=finished.pk, region="4401", reason="life_p2"),
            Wanted(run=finished.pk, region="440106", scheme="resident"),
            Wanted(run=finished.pk, unit=Decision.objects.filter(run=finished).exclude(unit="")[0].unit),
        ):
            counted, found = tally(wanted), people(wanted, total=tally(wanted).total, number=1)
            assert counted.total == len(found.object_list) or counted.total > 50
            assert counted.total == found.paginator.count
            assert all(each.region.startswith(wanted.region) for each in found.object_list)
            assert all(not wanted.reason or wanted.reason in each.reasons for each in found.object_list)


def test_people_are_shown_with_masked_numbers_and_by_name_where_asked(province: Client) -> None:
    page = text(province, "/office/lists/people?list=lost&sort=name")
    assert shown_numbers(page)
    assert not re.findall(r"\b\d{17}[\dX]\b", page)
    assert 'aria-sort="ascending"' in page


def test_a_city_asking_for_another_city_sees_nobody(city: Client) -> None:
    page = text(city, "/office/lists/people?region=4403")
    assert not shown_numbers(page)
    assert "Nobody" in page


@pytest.mark.parametrize("query", ["list=everyone", "region=44xx", "reason=why&sort=;", "page=99999", "unit=%00"])
def test_an_odd_address_is_no_error(province: Client, query: str) -> None:
    assert province.get(f"/office/lists/people?{query}").status_code == 200


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_holds_the_filtered_rows_and_is_recorded(finished: Run, city: Client, file_format: str) -> None:
    with within(CITY):
        wanted = {each.benefit.benefit_no for each in Decision.objects.filter(run=finished, list="to_verify")}
    response = city.post("/office/lists/export", {"run": finished.pk, "list": "to_verify", "format": file_format})
    content = response.getvalue()
    entry = Entry.objects.filter(kind=Kind.LIST_EXPORTED).latest("id")
    assert (entry.rows, entry.region) == (len(wanted), "4401")
    if file_format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
        assert {row[1] for row in rows} == wanted
        assert all("*" in row[2] for row in rows)
    else:
        assert content.startswith(b"PK")


def test_who_may_not_see_people_gets_no_list(finished: Run) -> None:
    del finished
    client = visitor("visitor")
    for address in ("/office/lists", "/office/lists/people", "/office/runs"):
        assert client.get(address).status_code == 403


def test_a_run_is_asked_for_watched_and_cancelled(office: Office, province: Client) -> None:
    del office
    refused = province.post("/office/runs/start", {"as_of": "2999-01-01", "reason": "yearly"})
    assert "still to come" in refused.content.decode()
    assert 'value="yearly"' in refused.content.decode()
    started = province.post("/office/runs/start", {"as_of": "2026-06-30", "reason": "yearly"})
    address = started["Location"]
    assert "Waiting" in text(province, address)
    assert 'hx-trigger="every 1s"' in text(province, f"{address}/progress")
    province.post(f"{address}/cancel")
    assert province.get(f"{address}/progress")["HX-Refresh"] == "true"
    assert "Cancelled" in text(province, "/office/runs")


def test_a_finished_run_tells_what_it_rests_on(finished: Run, province: Client, city: Client) -> None:
    page = text(province, f"/office/runs/{finished.pk}")
    for said in (finished.snapshot_hash, finished.content_hash, "police_death", "Health of the sources"):
        assert said in page
    assert province.get(f"/office/runs/{finished.pk}/report").json() == finished.report
    assert city.get(f"/office/runs/{finished.pk}").status_code == 200
    assert city.get(f"/office/runs/{finished.pk}/report").status_code == 404


def test_two_runs_side_by_side_tell_who_moved(finished: Run, office: Office, province: Client) -> None:
    earlier = ended(asked(office, as_of=finished.as_of.replace(year=2025)))
    with within(PROVINCE):
        sides = [
            dict(Decision.objects.filter(run=run).values_list("benefit_id", "list")) for run in (earlier, finished)
        ]
        found = count_moves(earlier, finished)
    moved = sum(sides[0].get(key) != sides[1].get(key) for key in sides[0].keys() | sides[1].keys())
    assert moved == sum(each.benefits for each in found if each.before != each.after) > 0
    one = next(each for each in found if each.before and each.after and each.before != each.after)
    address = f"first={earlier.pk}&second={finished.pk}"
    assert f"{moved:,} of " in text(province, f"/office/runs/compare?{address}")
    assert shown_numbers(text(province, f"/office/runs/compare/people?{address}&from={one.before}&to={one.after}"))
    assert province.get("/office/runs/compare?first=1&second=x").status_code == 404


def test_a_persons_section_says_why_with_the_records_behind_it(finished: Run) -> None:
    with within(PROVINCE):
        for name in ListName:
            row = Decision.objects.filter(run=finished, list=name.value).first()
            assert row is not None
            now, _earlier = decisions_of(row.person_id)
            told = next(each for each in now if each.benefit_no == row.benefit.benefit_no)
            assert told.sentence.zh.endswith("。")
            assert len(told.deciding) == len(row.deciding)
        assert row is not None
        template, variables = decisions(HttpRequest(), row.person)
        assert template == "officer/people/decisions.html"
        assert variables["decided"][0]["list"]


def test_sentences_are_those_of_the_file_run(finished: Run) -> None:
    """`anling explain` decides everybody again from the store; the database must say the same of them."""
    from anling.comparison.explain import open_run
    from anling.comparison.explain.explaining import account
    from anling.comparison.explain.material import fetch
    from anling.comparison.working import place_of
    from anling.policy import load

    opened = open_run(place_of(finished).result, load())
    with within(PROVINCE):
        numbers = list(Benefit.objects.order_by("id").values_list("person_no", flat=True)[:150])
        for material in fetch(opened, numbers):
            for told in account(opened, material).benefits:
                if told.decision is None:
                    continue
                person = Benefit.objects.get(benefit_no=told.row.benefit_no).person_id
                kept = {each.benefit_no: each for each in decisions_of(person)[0]}[told.row.benefit_no]
                assert (kept.sentence, kept.before, kept.after) == (told.sentence, told.before, told.after)


@pytest.mark.parametrize(
    ("few", "many"),
    [
        ("/office/lists?region=440106", "/office/lists"),
        ("/office/lists/people?list=eligible&region=440106", "/office/lists/people"),
    ],
)
def test_queries_do_not_grow_with_rows(province: Client, few: str, many: str) -> None:
    text(province, few)  # the first request of a session writes it
    numbers = []
    for address in (few, many):
        with CaptureQueriesContext(connection) as counted:
            text(province, address)
        numbers.append(len(counted))
    assert numbers[0] == numbers[1] < 25
