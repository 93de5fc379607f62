"""What was decided about pay goes with a benefit into another region, whose agency decides from then on."""

from datetime import date

import pytest

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.appeals import Contested
from anling.casework.models import Appeal, Case, CaseEvent, Finding
from anling.payment.effects.appealing import receive_appeal
from anling.payment.models import PayFact, Recovery
from anling.roster.models import Benefit
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.settled import dead

pytestmark = pytest.mark.usefixtures("db")
ELSEWHERE = Scope("440305")


def _moved(benefit: Benefit) -> None:
    with within(Scope("44")):
        Benefit.objects.filter(pk=benefit.pk).update(region=ELSEWHERE.prefix)


def test_facts_recoveries_cases_and_findings_are_those_of_the_new_region() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    dead(office, benefit, date(2026, 5, 20))
    _moved(benefit)
    for model in (PayFact, Recovery, Case, Finding, CaseEvent):
        with within(HERE):
            assert not model.objects.exists(), model
        with within(ELSEWHERE):
            assert model.objects.exists(), model


def test_an_appeal_stays_while_another_benefit_of_its_person_is_paid_there_and_goes_with_the_last() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    with within(HERE):
        second = Benefit.objects.get(pk=benefit.pk)
        second.pk, second.benefit_no, second.scheme = None, "E1", "employee"
        second.save(force_insert=True)
        contested = Contested(Appeal.Way.COUNTER, "I live.", "020")
        receive_appeal(person=benefit.person_id, region=REGION, contested=contested, by=office.clerk, at=on(2))
    _moved(benefit)
    with within(HERE):
        assert Appeal.objects.count() == 1
    _moved(second)
    with within(HERE):
        assert Appeal.objects.count() == 0
    with within(ELSEWHERE):
        assert Appeal.objects.count() == 1
