"""The query over a province says of every benefit what the clock of one benefit says (N-A2)."""

from datetime import date
from itertools import product

import pytest
from django.db import connection

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.passes.clocks import stand
from anling.passes.models import Way
from anling.passes.operations import record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.passes.stops import STOPS, stop_values
from anling.policy import load
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.client import person
from tests.support.platform import NOW, clerk

PROVINCE = Scope("44")
MONTHS = (None, date(2024, 12, 1), date(2025, 3, 1))


def _all_kinds_of_benefits() -> None:
    by = clerk("44")
    for place, (scheme, applied, approved, start) in enumerate(
        product(("resident", "employee"), MONTHS, MONTHS, MONTHS)
    ):
        key = person(f"N{place}", "440104", scheme=scheme, application_month=applied, approval_month=approved,
                     benefit_start=start)  # fmt: skip
        if place % 3:
            with within(PROVINCE):
                made = record_pass(
                    benefits=[Benefit.objects.get(person=key)], month=Month.of(2026, 1 + place % 6), shown_at=NOW,
                    origin=Origin(Way.VISIT, f"x:{place}"), by=by, at=NOW,
                )  # fmt: skip
                if place % 3 == 2:
                    revoke_pass(made=made, reason="not the person", by=by, at=NOW)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2026, 7, 1)])
def test_the_query_and_the_clock_of_one_benefit_agree(on: date) -> None:
    _all_kinds_of_benefits()
    policy = load()
    with within(PROVINCE):
        with connection.cursor() as cursor:
            query = f"SELECT benefit_id, base, last_ok, stop_month FROM ({STOPS}) s"
            cursor.execute(query, stop_values(policy, on=on, cutoff=NOW))
            found = {key: tuple(map(Month.of_date, months)) for key, *months in cursor.fetchall()}
        expected = {}
        for benefit in Benefit.objects.all():
            clock = stand(benefit, policy, on=on, cutoff=NOW).clock
            if clock:
                expected[benefit.pk] = (clock.base, clock.last_ok, clock.stop_month)
    assert found == expected
    assert 20 < len(found) < 54
