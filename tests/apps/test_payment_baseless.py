"""Who has no month to count from stops in no run and gets one case, once (domain.md, section 1)."""

from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.casework.models import Case, CaseEvent, Outcome
from anling.payment.models import PayLine, PayRun
from anling.payment.runs.baseless import BASELESS_TASK, open_cases
from anling.payment.tasks import open_baseless
from anling.roster.models import Benefit
from tests.support.case_steps import say
from tests.support.client import NUMBER, person
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.settled import found
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("db")


def _opened(run: PayRun) -> int:
    return open_cases(run=run.pk, region=REGION, at=on(6))


def _cases(someone: int) -> list[Case]:
    with within(HERE):
        return list(Case.objects.filter(person=someone).order_by("pk"))


def test_a_draft_holds_whoever_has_no_base_and_asks_for_one_case_of_each_person() -> None:
    office = PayOffice()
    nothing, counted = person(NUMBER, REGION, benefits=2), office.benefit()
    run = office.drafted()
    with within(HERE):
        held = PayLine.objects.filter(run=run, person=nothing).values_list("state", "holds")
        assert list(held) == [("held", "no_base")] * 2
    (job,) = ProcrastinateJob.objects.filter(task_name=BASELESS_TASK)
    open_baseless(**job.args)
    (case,) = _cases(nothing)
    assert (case.kind, case.state, len(case.benefits), case.unit) == ("no_base", "open", 2, f"U{REGION}")
    assert _cases(counted.person_id) == []
    with within(HERE):
        (told,) = CaseEvent.objects.filter(case=case)
    assert (told.what, told.details) == ("opened", {"kind": "no_base", "missing": "approval_month"})
    assert Entry.objects.get(kind=Kind.CASE_OPENED).rows == 1


def test_drafted_anew_and_asked_again_it_opens_no_second_case_nor_one_that_was_settled() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    run = office.drafted()
    assert (_opened(run), _opened(run), _opened(office.drafted())) == (1, 0, 0)
    (case,) = _cases(someone)
    say(case, office.clerk, Outcome.SOURCE_ERROR, day=None)
    assert _opened(office.drafted(STOP + 1)) == 0
    assert [each.state for each in _cases(someone)] == ["closed"]


def test_whoever_has_another_case_is_asked_in_that_one() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    run = office.drafted()
    with within(HERE):
        benefit = Benefit.objects.get(person=someone)
    found(office, benefit, Outcome.DEAD, day=date(2026, 7, 1))
    assert _opened(run) == 0
    assert [each.kind for each in _cases(someone)] == ["report"]


def test_a_draft_without_such_people_asks_for_nothing() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    office.drafted()
    assert not ProcrastinateJob.objects.filter(task_name=BASELESS_TASK).exists()


def test_the_page_of_the_case_says_what_is_missing() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION, scheme="employee")
    _opened(office.drafted())
    (case,) = _cases(someone)
    client = visitor()
    client.force_login(officer("one", Role.CLERK, "4401"))
    shown = client.get(f"/office/cases/{case.pk}").content.decode()
    assert "Nothing to count from" in shown
    assert "the month in which the benefit began is not known" in shown
