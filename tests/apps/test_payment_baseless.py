"""Who has no month to count from stops in no run and has one case open until there is one (domain.md, section 1)."""

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
from tests.support.case_steps import at_once, say, told
from tests.support.client import NUMBER, person
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.settled import found
from tests.support.visit import visitor


def _opened(run: PayRun) -> int:
    return open_cases(run=run.pk, region=REGION, at=on(6))


def _cases(someone: int) -> list[Case]:
    with within(HERE):
        return list(Case.objects.filter(person=someone).order_by("pk"))


@pytest.mark.usefixtures("db")
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


@pytest.mark.usefixtures("db")
def test_drafted_anew_and_asked_again_it_opens_no_second_case() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    run = office.drafted()
    assert (_opened(run), _opened(run), _opened(office.drafted())) == (1, 0, 0)
    assert len(_cases(someone)) == 1


@pytest.mark.usefixtures("db")
def test_closed_without_remedy_the_same_case_is_open_again_from_a_later_draft_on() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    _opened(office.drafted())
    (case,) = _cases(someone)
    say(case, office.clerk, Outcome.SOURCE_ERROR, day=None)
    later = office.drafted(STOP + 1)
    assert (_opened(later), _opened(later)) == (1, 0)
    (again,) = _cases(someone)
    assert (again.pk, again.state, again.kind, again.outcome, again.assignee) == (case.pk, "open", "no_base", "", "")
    assert (again.closed_at, again.version > case.version) == (None, True)
    assert told(again)[-2:] == ["closed", "reopened"]
    assert Entry.objects.filter(kind=Kind.CASE_OPENED).latest("id").after == {"kind": "no_base", "again": True}


@pytest.mark.usefixtures("db")
def test_remedied_it_stays_closed() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    _opened(office.drafted())
    (case,) = _cases(someone)
    say(case, office.clerk, Outcome.SOURCE_ERROR, day=None)
    with within(HERE):
        Benefit.objects.filter(person=someone).update(approval_month=date(2026, 1, 1))
    assert _opened(office.drafted(STOP + 1)) == 0
    assert [each.state for each in _cases(someone)] == ["closed"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", ["report", "no_base"])
def test_whoever_has_another_open_case_keeps_that_one_alone(kind: str) -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    _opened(office.drafted())
    (closed,) = _cases(someone)
    say(closed, office.clerk, Outcome.SOURCE_ERROR, day=None)
    with within(HERE):
        Case.objects.create(
            person_id=someone, region=REGION, benefits=closed.benefits, kind=kind, opened_at=on(7), due=date(2026, 9, 1)
        )
    assert _opened(office.drafted(STOP + 1)) == 0
    assert [(each.kind, each.state) for each in _cases(someone)] == [("no_base", "closed"), (kind, "open")]


@pytest.mark.usefixtures("flushed")
def test_two_drafts_that_ask_at_once_open_it_once() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    run = office.drafted()
    _opened(run)
    (case,) = _cases(someone)
    say(case, office.clerk, Outcome.SOURCE_ERROR, day=None)
    assert sorted(map(str, at_once(lambda: _opened(run), lambda: _opened(run)))) == ["0", "1"]
    assert [each.state for each in _cases(someone)] == ["open"]


@pytest.mark.usefixtures("db")
def test_whoever_has_another_case_is_asked_in_that_one() -> None:
    office = PayOffice()
    someone = person(NUMBER, REGION)
    run = office.drafted()
    with within(HERE):
        benefit = Benefit.objects.get(person=someone)
    found(office, benefit, Outcome.DEAD, day=date(2026, 7, 1))
    assert _opened(run) == 0
    assert [each.kind for each in _cases(someone)] == ["report"]


@pytest.mark.usefixtures("db")
def test_a_draft_without_such_people_asks_for_nothing() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    office.drafted()
    assert not ProcrastinateJob.objects.filter(task_name=BASELESS_TASK).exists()


@pytest.mark.usefixtures("db")
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
