"""The forecast: who would stop if nothing happens, how each could pass, and a load without peaks (N-C1)."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.errors import NotAllowedError
from anling.access.models import Officer
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.passes.models import Pass, Way
from anling.passes.operations import record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.payment import ahead
from anling.payment.forecasting import HORIZON, forecast
from anling.payment.models import Forecast, ForecastLine
from anling.roster.models import Benefit, Person
from anling.rules.months import Month
from tests.support.client import places
from tests.support.pay import HERE, REGION, STOP, PayOffice, on

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


def test_the_horizon_counts_twelve_months_and_the_next_forecast_takes_the_place_of_the_last() -> None:
    office = PayOffice()
    for months in (13, 12, 12, 6):
        office.benefit(STOP - months)
    first = _made(office)
    assert len(first.horizon["unit"]) == HORIZON
    assert [first.horizon["unit"][place] for place in (0, 1, 7)] == [1, 2, 1]
    second = _made(office)
    assert _lines(first) == {}
    assert len(_lines(second)) == 3
    with within(HERE):
        assert ahead.newest() == second
    with within(Scope("440305")):
        assert ahead.newest() is None


def test_a_suspended_benefit_and_one_without_a_base_are_nobody_who_would_stop() -> None:
    office = PayOffice()
    office.benefit(STOP - 13, pay_status="suspended", suspend_reason="no_proof_of_life")
    made = _made(office)
    assert (_lines(made), made.benefits) == ({}, 0)


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
    _made(office)
    queries("/office/forecast")  # which remembers what does not change, such as names of regions
    one = [queries(path) for path in ("/office/forecast", "/office/forecast/people")]
    for _ in range(5):
        office.benefit(STOP - 12)
    _made(office)
    assert [queries(path) for path in ("/office/forecast", "/office/forecast/people")] == one
    assert benefit.benefit_no in client.get("/office/forecast/people?unit=U7").content.decode()
    taken = client.get("/office/forecast/people.csv?unit=U7").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in taken] == ["benefit_no", benefit.benefit_no]
