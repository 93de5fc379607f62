"""What client systems read of passes and of what is new; what they hold already; scopes and switching off."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import translation

from anling.access.clients import add_client, change_client, switch_client
from anling.access.errors import AccessError
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.models import Case
from anling.passes.models import Pass
from anling.passes.operations import revoke_pass
from anling.roster.models import Benefit, Person
from anling.territory.models import Agency, Outlet, Unit
from tests.support import case_holdings, holdings_pay, notices_held
from tests.support.acts import security_administrator
from tests.support.client import ELSEWHERE, all_rows, ask_for_token, caller, person, read
from tests.support.holdings import Maker, a_pass
from tests.support.platform import NOW, clerk

MOMENT = timedelta(milliseconds=1)
"""To which answers tell a moment."""


@pytest.mark.usefixtures("db")
def test_a_pass_is_read_where_its_benefit_is_paid_and_since_a_moment() -> None:
    a_pass("440104")
    a_pass("440305")
    ours = caller("4401")
    (row,) = read(ours.get("/passes"))["items"]
    assert (row["month"], row["way"], row["revoked"]) == ("2026-07", "outlet", False)
    later = quote((NOW + timedelta(seconds=1)).isoformat())
    assert read(ours.get(f"/passes?updated_since={later}"))["items"] == []
    assert len(read(ours.get(f"/passes?updated_since={quote(NOW.isoformat())}"))["items"]) == 1


@pytest.mark.usefixtures("db")
def test_a_pass_that_is_revoked_later_is_new_again() -> None:
    a_pass("440104")
    ours = caller("4401")
    later = NOW + timedelta(days=1)
    since = f"/passes?updated_since={quote(later.isoformat())}"
    assert read(ours.get(since))["items"] == []
    with within(Scope("44")):
        (made,) = Pass.objects.all()
        revoke_pass(made=made.pk, reason="another person", by=clerk("44"), at=later)
    (row,) = read(ours.get(since))["items"]
    assert (row["id"], row["revoked"], row["revoked_at"]) == (made.pk, True, "2026-07-02T02:00:00Z")


@pytest.mark.usefixtures("flushed")
def test_a_case_that_is_reopened_is_new_again() -> None:
    case_holdings.a_case("440104")
    ours = caller("4401", "cases:read")
    (row,) = read(ours.get("/cases"))["items"]
    moment = datetime.fromisoformat(row["updated_at"]) + MOMENT
    since = f"/cases?updated_since={quote(moment.isoformat())}"
    assert read(ours.get(since))["items"] == []
    with within(Scope("44")):
        Case.objects.update(state="in_work")
    assert [each["state"] for each in read(ours.get(since))["items"]] == ["in_work"]


@pytest.mark.usefixtures("flushed")
def test_people_are_listed_page_by_page_and_since_a_moment() -> None:
    first, second = person(), person()
    person(region="440305")
    ours = caller("440104")
    rows: list[dict[str, Any]] = all_rows(ours, "/people?limit=1")
    assert [row["id"] for row in rows] == [first, second]
    assert "*" in rows[0]["id_number"]
    moment = datetime.fromisoformat(max(row["updated_at"] for row in rows)) + MOMENT
    with within(Scope("44")):
        Person.objects.filter(pk__in=(first, second)).update(name="某乙")
    since = all_rows(ours, f"/people?limit=1&updated_since={quote(moment.isoformat())}")
    assert [(row["id"], row["name"]) for row in since] == [(first, "某乙"), (second, "某乙")]
    assert ours.get("/people?limit=1&updated_since=2026-07-01T00:00:00Z&cursor=WyJ4IiwxXQ").status_code == 422


@pytest.mark.usefixtures("flushed")
@pytest.mark.parametrize(("path", "model"), [("/units", Unit), ("/outlets", Outlet), ("/agencies", Agency)])
def test_places_are_told_since_a_moment_and_one_that_was_written_unchanged_is_not(
    path: str, model: type[Unit | Outlet | Agency]
) -> None:
    for code in ("P1", "P2"):
        model.objects.create(code=code, name="某处", region_id="440104")
    ours = caller("4401", "places:read")
    moment = max(model.objects.values_list("updated_at", flat=True)) + timedelta(microseconds=1)
    since = f"{path}?updated_since={quote(moment.isoformat())}"
    model.objects.filter(code="P1").update(name="某处")
    assert read(ours.get(since))["items"] == []
    model.objects.filter(code="P2").update(name="某地")
    assert [row["code"] for row in read(ours.get(since))["items"]] == ["P2"]


@pytest.mark.usefixtures("db")
def test_regions_are_told_since_a_moment() -> None:
    ours = caller("4401", "places:read")
    assert read(ours.get("/regions?limit=1&updated_since=2020-01-01T00:00:00Z"))["items"]
    assert read(ours.get("/regions?limit=1&updated_since=2099-01-01T00:00:00Z"))["items"] == []


@pytest.mark.usefixtures("flushed")
def test_benefits_written_since_a_moment_come_in_the_order_of_writing() -> None:
    first, second = person(), person(ELSEWHERE)
    ours = caller("4401")
    rows = read(ours.get("/benefits"))["items"]
    moment = quote(max(row["updated_at"] for row in rows))
    with within(Scope("44")):
        Benefit.objects.filter(person=first).update(phone="1")
    since = all_rows(ours, f"/benefits?updated_since={moment}&limit=1")
    assert [row["person"] for row in since][-1] == first
    assert {row["person"] for row in rows} == {first, second}


@pytest.mark.usefixtures("db")
def test_what_a_client_holds_already_is_not_sent_again() -> None:
    person()
    ours = caller("4401")
    first = ours.get("/benefits")
    again = ours.get("/benefits", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    with within(Scope("44")):
        Benefit.objects.update(phone="1", unit="U9")
    assert ours.get("/benefits", If_None_Match=first["ETag"]).status_code == 200


@pytest.mark.usefixtures("db")
def test_a_scope_that_is_none_is_refused_and_a_client_is_switched_off_at_once() -> None:
    by = security_administrator()
    with pytest.raises(AccessError, match="no scope people:write"):
        add_client(name="x", region="4401", scopes="people:write", per_minute=60, by=by, at=NOW)
    person()
    ours = caller("4401")
    with translation.override("en"), pytest.raises(AccessError, match="known are: places:read"):
        change_client(client=ours.system, name="x", region="4401", scopes="nothing", per_minute=6, by=by, at=NOW)
    switch_client(client=ours.system, on=False, reason="retired", by=by, at=NOW)
    assert ours.get("/benefits").status_code == 401
    assert ask_for_token(ours.system).status_code in (400, 401)
    switch_client(client=ours.system, on=True, reason="back again", by=by, at=NOW)
    assert ask_for_token(ours.system).status_code == 200


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("path", "make", "scope"),
    [
        ("/cases", case_holdings.a_case, "cases:read"),
        ("/pay-runs", holdings_pay.a_payrun, "pay:read"),
        ("/notices", notices_held.a_notice, "notices:read"),
    ],
)
def test_cases_pay_runs_and_notices_are_read_in_their_own_region(path: str, make: Maker, scope: str) -> None:
    make("440104")
    ours, theirs = caller("4401", scope), caller("4403", scope)
    assert len(read(ours.get(path))["items"]) == 1
    assert read(theirs.get(path))["items"] == []
    assert caller("4401", "people:read").get(path).status_code == 403
    assert read(ours.get(f"{path}?updated_since=2099-01-01T00:00:00Z"))["items"] == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", W/{}', "*"])
def test_a_tag_that_a_proxy_made_weak_counts_as_well(form: str) -> None:
    person()
    ours = caller("4401")
    tag = ours.get("/benefits")["ETag"]
    again = ours.get("/benefits", If_None_Match=form.format(tag))
    assert (again.status_code, again["ETag"]) == (304, tag)
    assert ours.get("/benefits", If_None_Match=f"W/{tag[:-2]}x").status_code == 200


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "path", ["/people", "/benefits", "/passes", "/runs", "/cases", "/pay-runs", "/notices", "/batches", "/units"]
)
def test_a_moment_has_its_offset_whatever_that_is(path: str) -> None:
    ours = caller("4401")
    far = ("0961-09-14T18:23:01.923+22:27", "0188-09-07T20:26:29-18:20", "2026-07-01T00:00:00Z")
    assert [ours.get(f"{path}?updated_since={quote(each)}").status_code for each in far] == [200] * 3
    none = ("2026-07-01T00:00:00", "2026-07-01", "1782835200", "0001-01-01T00:00:00+10:00", "9999-12-31T23:00:00-10:00")
    assert [ours.get(f"{path}?updated_since={quote(each)}").status_code for each in none] == [422] * 5
