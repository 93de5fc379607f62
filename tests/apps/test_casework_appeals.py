"""Appeals: received by every way, the case reopens, another officer decides, everything is kept."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope, machine
from anling.casework import appeals, findings
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError, TakenError
from anling.casework.findings import Found
from anling.casework.models import Appeal, Case, CaseKind, CaseState, Finding, Outcome
from anling.passes.models import Pass
from tests.support.client import person
from tests.support.listings import a_case
from tests.support.platform import DAY, NOW, clerk, officer

HERE = Scope("440104")
LETTER = Contested(Appeal.Way.LETTER, "I am alive and well.", "020-1234")


def _officer(username: str, *roles: Role) -> Actor:
    made = officer(username, roles[0], "4401")
    for role in roles[1:]:
        made.grants.create(role=role, region="4401", valid_from=DAY)
    return actor_of(made, DAY)


def _dead(by: Actor, second: Actor) -> Case:
    """A case that was closed with a death."""
    case = a_case(by)
    with within(HERE):
        found = Found(Outcome.DEAD, "the register says so", day=date(2026, 5, 10))
        finding = findings.find(case=case.pk, version=case.version, found=found, by=by, at=NOW)
        findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW)
        return Case.objects.get(pk=case.pk)


def _receive(key: int, by: Actor, contested: Contested = LETTER) -> Appeal:
    with within(HERE):
        return appeals.receive(person=key, region="440104", contested=contested, by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_an_appeal_reopens_the_case_and_keeps_what_was_found() -> None:
    by, second = clerk("4401", "one"), _officer("second", Role.REVIEWER)
    case = _dead(by, second)
    appeal = _receive(case.person_id, by)
    assert len(appeal.reference) == 11
    with within(HERE):
        now = Case.objects.get(pk=case.pk)
        assert (now.state, now.kind, now.outcome, now.assignee, now.priority) == ("open", CaseKind.APPEAL, "", "", 1)
        assert appeal.contested is not None
        assert appeal.contested.outcome == "dead"
        assert Finding.objects.filter(case=case).count() == 1
        with pytest.raises(CaseError, match="open already"):
            appeals.receive(person=case.person_id, region="440104", contested=LETTER, by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_who_took_part_does_not_decide_and_a_machine_neither() -> None:
    by = _officer("one", Role.CLERK, Role.REVIEWER)
    second = _officer("second", Role.REVIEWER, Role.CLERK)
    third = _officer("third", Role.CLERK, Role.REVIEWER)
    case = _dead(by, second)
    appeal = _receive(case.person_id, third)
    with within(HERE):
        for doer in (by, second, third):
            with pytest.raises(CaseError, match="took part"):
                appeals.decide(appeal=appeal.pk, upheld=True, answer="yes", by=doer, at=NOW)
        with pytest.raises(NotAllowedError):
            appeals.decide(appeal=appeal.pk, upheld=True, answer="yes", by=machine("sweeper"), at=NOW)
        with pytest.raises(IntegrityError, match="received_and_decided_by_two"), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(decider=third.key)


@pytest.mark.usefixtures("db")
def test_upheld_the_case_stays_open_for_a_new_finding() -> None:
    by, second = clerk("4401", "one"), _officer("second", Role.REVIEWER)
    fourth = _officer("fourth", Role.REVIEWER)
    case = _dead(by, second)
    appeal = _receive(case.person_id, by)
    with within(HERE):
        decided = appeals.decide(appeal=appeal.pk, upheld=True, answer="You were right.", by=fourth, at=NOW)
        assert (decided.state, decided.ended_label) == ("upheld", "fourth")
        now = Case.objects.get(pk=case.pk)
        assert now.state == CaseState.OPEN
        alive = Found(Outcome.ALIVE, "came to the counter", day=date(2026, 6, 30), way="outlet")
        findings.find(case=case.pk, version=now.version, found=alive, by=by, at=NOW)
        assert Case.objects.get(pk=case.pk).outcome == "alive"
        assert Pass.objects.filter(person=case.person_id).count() == 1
        with pytest.raises(TakenError, match="fourth has decided"):
            appeals.decide(appeal=appeal.pk, upheld=False, answer="no", by=fourth, at=NOW)


@pytest.mark.usefixtures("db")
def test_dismissed_the_case_closes_as_it_was() -> None:
    by, second = clerk("4401", "one"), _officer("second", Role.REVIEWER)
    case = _dead(by, second)
    appeal = _receive(case.person_id, by)
    with within(HERE):
        with pytest.raises(CaseError, match="Write the answer"):
            appeals.decide(appeal=appeal.pk, upheld=False, answer="", by=_officer("x", Role.REVIEWER), at=NOW)
        appeals.decide(appeal=appeal.pk, upheld=False, answer="…", by=_officer("y", Role.REVIEWER), at=NOW)
        now = Case.objects.get(pk=case.pk)
    assert (now.state, now.outcome) == (CaseState.CLOSED, "dead")


@pytest.mark.usefixtures("db")
def test_an_open_appeal_holds_up_the_approval_of_a_loss() -> None:
    by, second = clerk("4401", "one"), _officer("second", Role.REVIEWER)
    case = a_case(by)
    with within(HERE):
        found = Found(Outcome.MISSING, "nobody at home", day=date(2026, 1, 1))
        finding = findings.find(case=case.pk, version=1, found=found, by=by, at=NOW)
    appeal = _receive(case.person_id, by)
    with within(HERE):
        with pytest.raises(CaseError, match="decide that one first"):
            findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW)
        appeals.decide(appeal=appeal.pk, upheld=False, answer="…", by=second, at=NOW)
        assert Case.objects.get(pk=case.pk).state == CaseState.FOUND
        findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW)


@pytest.mark.usefixtures("db")
def test_an_appeal_without_a_case_opens_one_and_the_page_needs_no_officer() -> None:
    key = person()
    page = Contested(Appeal.Way.PAGE, "Why was I stopped?")
    appeal = _receive(key, machine("me"), page)
    with within(HERE):
        assert appeal.case is not None
        assert appeal.case.kind == CaseKind.APPEAL
    with pytest.raises(NotAllowedError):
        _receive(person("110105194912310011"), machine("me"), LETTER)
    with pytest.raises(NotAllowedError):
        _receive(person("110105194912310012"), clerk("4403", "far"), LETTER)
    with within(Scope("440305")):
        assert not Appeal.objects.exists()
