"""The forecast: who would stop if nothing happens, how each could pass, and a load without peaks (N-C1)."""

import re
from datetime import date
from importlib import resources

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.errors import NotAllowedError
from anling.access.models import Officer
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.errors import CaseError
from anling.casework.models import Case, CaseKind
from anling.casework.operations import open_case, take
from anling.passes.models import Pass, Way
from anling.passes.operations import record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.payment.errors import PaymentError
from anling.payment.forecasts import ahead
from anling.payment.forecasts.forecasting import HORIZON, forecast
from anling.payment.forecasts.handing_out import hand_out
from anling.payment.models import Forecast, ForecastLine
from anling.policy import load_texts
from anling.roster.models import Benefit, Person
from anling.rules.months import Month
from tests.support.client import NUMBER, person, places
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import clerk

pytestmark = pytest.mark.usefixtures("db")


def _passed_by(office: PayOffice, benefit: Benefit, way: Way, month: Month) -> None:
    office.passes += 1
    with within(HERE):
        record_pass(
            benefits=[benefit], month=month, shown_at=on(1, month.month, month.year), by=office.clerk,
            origin=Origin(way, f"way:{office.passes}"), at=on(1, month.month, month.year),
        )  # fmt: skip


def _made(office: PayOffice) -> Forecast:
    return forecast(region=REGION, by=office.clerk, at=on(6))


def _lines(made: Forecast) -> dict[int, tuple[date, str]]:
    with within(HERE):
        return {line.benefit_id: (line.month, line.way) for line in ForecastLine.objects.filter(forecast=made)}


def test_everybody_whose_time_runs_out_is_named_with_the_way_that_troubles_them_least() -> None:
    places()
    office = PayOffice()
    base = STOP - 12
    data, phone = office.benefit(base, unit=""), office.benefit(base, unit="")
    _passed_by(office, data, Way.COMPARISON, base - 3)
    _passed_by(office, phone, Way.REMOTE, base - 3)
    unit, near, old = office.benefit(base, unit="U1"), office.benefit(base, unit=""), office.benefit(base, unit="")
    with within(HERE):
        Person.objects.filter(pk=old.person_id).update(birth_date=date(1940, 1, 1))
    overdue, safe = office.benefit(STOP - 15), office.benefit(STOP - 8)
    lines = _lines(_made(office))
    next_month = (STOP + 1).first_day
    assert lines == {
        data.pk: (next_month, "data"), phone.pk: (next_month, "phone"), unit.pk: (next_month, "unit"),
        near.pk: (next_month, "outlet"), old.pk: (next_month, "visit"),
        overdue.pk: (STOP.first_day, "unit"),
    }  # fmt: skip
    assert safe.pk not in lines


def test_a_revoked_pass_is_no_sign_that_data_will_show_it_again() -> None:
    office = PayOffice()
    benefit = office.benefit(STOP - 12, unit="U1")
    _passed_by(office, benefit, Way.COMPARISON, STOP - 15)
    with within(HERE):
        made = Pass.objects.get(way=Way.COMPARISON)
        revoke_pass(made=made.pk, reason="another person", by=office.clerk, at=on(2))
    assert {way for _month, way in _lines(_made(office)).values()} == {"unit"}


MONTHS = [(STOP + place).first_day for place in range(HORIZON)]


def test_the_horizon_counts_twelve_months_and_the_next_forecast_takes_the_place_of_the_last() -> None:
    office = PayOffice()
    for months in (13, 12, 12, 6):
        office.benefit(STOP - months)
    first = _made(office)
    with within(HERE):
        due = ahead.loads(first, "", MONTHS)["unit"]
    assert len(due) == HORIZON
    assert [due[place] for place in (0, 1, 7)] == [1, 2, 1]
    second = _made(office)
    assert _lines(first) == {}
    assert len(_lines(second)) == 3
    with within(HERE):
        assert not any(ahead.loads(first, "", MONTHS)["unit"])
        assert ahead.newest() == second
    with within(Scope("440305")):
        assert ahead.newest() is None


def test_a_suspended_benefit_and_one_without_a_base_are_nobody_who_would_stop() -> None:
    office = PayOffice()
    office.benefit(STOP - 13, pay_status="suspended", suspend_reason="no_proof_of_life")
    made = _made(office)
    assert (_lines(made), made.benefits) == ({}, 0)


def test_the_age_of_a_visit_is_that_of_the_scheme_the_region_and_the_month() -> None:
    places()
    office = PayOffice()
    said = "value: {}, unit: years, source: assumption"
    entries = (
        f"{{{said.format(60)}, scheme: employee, region: '{REGION}', valid_from: 2019-04-02}}",
        f"{{{said.format(90)}, scheme: resident, region: '{REGION}', valid_from: 2019-04-02}}",
        f"{{{said.format(60)}, scheme: resident, region: '{REGION}', valid_from: {(STOP + 2).first_day}}}",
    )
    shipped = (resources.files("anling.policy") / "guangdong" / "payment.yaml").read_text(encoding="utf-8")
    listed = "visit_age:\n" + "".join(f"  - {entry}\n" for entry in entries)
    policy = load_texts({"payment.yaml": shipped.replace("visit_age:\n", listed)})
    of = {
        name: office.benefit(base, unit="", scheme=scheme)
        for name, base, scheme in (
            ("employee", STOP - 12, "employee"), ("resident", STOP - 12, "resident"), ("later", STOP - 11, "resident"),
        )
    }  # fmt: skip
    with within(HERE):
        Person.objects.update(birth_date=date(1955, 1, 1))
    lines = _lines(forecast(region=REGION, by=office.clerk, at=on(6), policy=policy))
    assert {name: lines[benefit.pk][1] for name, benefit in of.items()} == {
        "employee": "visit", "resident": "outlet", "later": "visit",
    }  # fmt: skip


def test_whoever_looks_at_a_part_sees_the_load_of_that_part() -> None:
    PayOffice().benefit(STOP - 12)
    by = clerk("44", "province")
    with within(Scope("44")):
        away = person(NUMBER, "440305", benefit_start=date(2015, 1, 1))
        benefit = Benefit.objects.get(person=away)
        record_pass(
            benefits=[benefit], month=STOP - 12, shown_at=on(1, 8, 2025), by=by,
            origin=Origin(Way.OUTLET, "away:1"), at=on(1, 8, 2025),
        )  # fmt: skip
    made = forecast(region="44", by=by, at=on(6))
    for scope, region, number in (("44", "", 2), ("44", "4403", 1), (REGION, "", 1), ("440106", "", 0)):
        with within(Scope(scope)):
            assert ahead.newest() == made
            assert sum(sum(months) for months in ahead.loads(made, region, MONTHS).values()) == number
            assert ahead.in_pay(made, region) == number


def test_people_of_a_unit_become_cases_of_an_officer() -> None:
    office = PayOffice()
    mate = clerk(REGION, "pay-mate")
    first, second = office.benefit(STOP - 12, unit="U7"), office.benefit(STOP - 12, unit="U7")
    taken, other = office.benefit(STOP - 12, unit="U7"), office.benefit(STOP - 12, unit="U8")
    with within(HERE):
        for benefit in (second, taken):
            open_case(
                person=benefit.person_id, region=REGION, kind=CaseKind.REPORT, note="seen", by=mate, at=on(5)
            )  # fmt: skip
        held = Case.objects.get(person=taken.person_id)
        take(case=held.pk, version=held.version, by=mate, at=on(5))
    made = _made(office)
    with within(HERE):
        done = hand_out(
            forecast=made, wanted=ahead.Wanted(unit="U7"), to=office.clerk.key, note="visit", by=office.clerk, at=on(7)
        )
        assert (done.given, done.opened, done.left) == (2, 1, 1)
        of = {case.person_id: case.assignee for case in Case.objects.all()}
        assert of == {
            first.person_id: office.clerk.key, second.person_id: office.clerk.key, taken.person_id: mate.key,
        }  # fmt: skip
        assert other.person_id not in of
        with pytest.raises(PaymentError, match="somebody's hands"):
            hand_out(
                forecast=made, wanted=ahead.Wanted(unit="U7"), to=office.clerk.key, note="visit", by=office.clerk,
                at=on(7),
            )  # fmt: skip


def test_nobody_is_given_to_whom_may_not_work_there_and_nothing_is_left_behind() -> None:
    office = PayOffice()
    office.benefit(STOP - 12)
    made, far = _made(office), clerk("440305", "far")
    with within(HERE):
        with pytest.raises(CaseError):
            hand_out(forecast=made, wanted=ahead.Wanted(), to=far.key, note="visit", by=office.clerk, at=on(7))
        assert not Case.objects.exists()
        with pytest.raises(NotAllowedError):
            hand_out(
                forecast=made, wanted=ahead.Wanted(), to=office.clerk.key, note="visit", by=office.reviewer, at=on(7)
            )
        with pytest.raises(PaymentError, match="Nobody"):
            hand_out(
                forecast=made, wanted=ahead.Wanted(unit="U9"), to=office.clerk.key, note="v", by=office.clerk, at=on(7)
            )


def test_who_signs_no_pay_makes_no_forecast() -> None:
    office = PayOffice()
    with pytest.raises(NotAllowedError):
        forecast(region=REGION, by=office.reviewer, at=on(6))


def test_more_people_need_no_more_queries_and_every_number_opens_to_people() -> None:
    office = PayOffice()
    client = Client(headers={"Accept-Language": "en"}, SERVER_NAME="localhost")
    client.force_login(Officer.objects.get(username="pay-clerk"))

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    benefit = office.benefit(STOP - 12, unit="U7")
    office.benefit(STOP - 9)
    _made(office)
    queries("/office/forecast")  # which remembers what does not change, such as names of regions
    _made(office)  # whose counts are not kept yet
    one = [queries(path) for path in ("/office/forecast", "/office/forecast/people")]
    for _ in range(5):
        office.benefit(STOP - 12)
    _made(office)
    assert [queries(path) for path in ("/office/forecast", "/office/forecast/people")] == one
    assert benefit.benefit_no in client.get("/office/forecast/people?unit=U7").content.decode()
    page = client.get("/office/forecast").content.decode()
    cells = re.findall(r'href="(/office/forecast/people\?[^"]*month=[^"]*)">([0-9,]+)</a>', page)
    assert cells
    for address, number in cells:
        people = client.get(address.replace("&amp;", "&")).content.decode()
        assert people.count("/office/people/") == int(number)
    given = client.post(
        "/office/forecast/people/give?unit=U7", {"to": office.clerk.key, "note": "call them"}, follow=True
    )  # fmt: skip
    assert "Given: 1; new cases: 1" in given.content.decode()
    taken = client.post("/office/forecast/people.csv", {"unit": "U7"}).getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in taken] == ["benefit_no", benefit.benefit_no]
