"""An appeal is about one stop or end and lifts that alone; sent once more it is the same appeal (platform.md)."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, machine
from anling.casework import appeals
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError
from anling.casework.models import Appeal, CaseEvent, Outcome
from anling.payment.effects.appealing import contestable, decide_appeal, receive_appeal
from anling.payment.runs.holding import open_holds_all
from anling.roster.models import Benefit
from tests.support.client import NUMBER, person
from tests.support.latest import to_the_latest
from tests.support.pay import HERE, REGION, PayOffice, on
from tests.support.platform import clerk, empty, officer
from tests.support.settled import approved, found, status_of
from tests.support.visit import visitor

PAGE = machine("recipients' page")


def _stopped_twice(office: PayOffice) -> tuple[Benefit, str, str]:
    """Not certified in time, and then found to be in prison; the refs of both stops."""
    benefit = office.benefit()
    office.warned(benefit)
    run = office.handed_over()
    approved(
        office, found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 7, 2), until=date(2028, 1, 1), at=on(10))
    )
    with within(HERE):
        prison = open_holds_all([benefit.pk])[-1].ref
    return benefit, f"stop:payrun:{run.pk}", prison


def _received(benefit: Benefit, by: Actor, hold: str = "", text: str = "I live.", day: int = 20) -> Appeal:
    way = Appeal.Way.PAGE if by is PAGE else Appeal.Way.COUNTER
    said = Contested(way, text, "020", hold)
    with within(HERE):
        return receive_appeal(person=benefit.person_id, region=REGION, contested=said, by=by, at=on(day))


def _holds(benefit: Benefit) -> list[str]:
    with within(HERE):
        return [hold.ref for hold in open_holds_all([benefit.pk])]


@pytest.mark.usefixtures("db")
def test_unless_it_says_otherwise_an_appeal_lifts_the_newest_stop_alone() -> None:
    office = PayOffice()
    benefit, silent, prison = _stopped_twice(office)
    appeal = _received(benefit, office.clerk)
    assert (appeal.hold, appeal.restored_at) == (prison, on(20))
    assert _holds(benefit) == [silent]
    assert status_of(benefit) == ("suspended", "no_proof_of_life")
    judge = actor_of(officer("judge", Role.REVIEWER, REGION), date(2026, 7, 1))
    with within(HERE):
        decide_appeal(appeal=appeal.pk, upheld=True, answer="free", by=judge, at=on(22))
    assert _holds(benefit) == [silent], "the other stop is nobody's mistake"


@pytest.mark.usefixtures("db")
def test_at_the_counter_it_is_said_against_what_it_is() -> None:
    office = PayOffice()
    benefit, silent, prison = _stopped_twice(office)
    assert _received(benefit, office.clerk, silent).hold == silent
    assert _holds(benefit) == [prison]
    assert status_of(benefit) == ("suspended", "sentenced")
    with pytest.raises(CaseError, match="not stopped or ended for that") as refused:
        _received(benefit, office.clerk, silent)
    assert refused.value.field == "hold"
    assert _received(benefit, office.clerk, prison).hold == prison
    assert status_of(benefit) == ("paying", "")


@pytest.mark.usefixtures("db")
def test_sent_once_more_from_the_page_it_is_the_same_appeal_and_lifts_nothing_more() -> None:
    office = PayOffice()
    benefit, silent, _ = _stopped_twice(office)
    first = _received(benefit, PAGE)
    for day, text in ((21, "I live."), (22, "My daughter can tell you."), (23, "My daughter can tell you.")):
        again = _received(benefit, PAGE, text=text, day=day)
        assert (again.pk, again.reference) == (first.pk, first.reference)
    assert _holds(benefit) == [silent]
    with within(HERE):
        added = CaseEvent.objects.filter(case=first.case_id, what="appeal_again")
        assert [each.note for each in added] == ["My daughter can tell you.\n020"]


@pytest.mark.usefixtures("db")
def test_answered_it_is_taken_in_anew_from_another_form_and_the_same_form_stays_one_appeal() -> None:
    by, judge = clerk("4401"), actor_of(officer("judge", Role.REVIEWER, REGION), date(2026, 7, 1))
    key = person(NUMBER, REGION)
    said = Contested(Appeal.Way.PAGE, "I live.", hold="stop:payrun:1", form="first")
    with within(HERE):
        first = appeals.receive(person=key, region=REGION, contested=said, by=by, at=on(1))
        appeals.decide(appeal=first.pk, upheld=False, answer="no", by=judge, at=on(2))
        assert appeals.add_again(person=key, region=REGION, contested=said, by=PAGE, at=on(3)) == first
        for form, text in (("second", "I live."), ("first", "But I live!"), ("", "I live.")):
            anew = Contested(Appeal.Way.PAGE, text, hold="stop:payrun:1", form=form)
            assert appeals.add_again(person=key, region=REGION, contested=anew, by=PAGE, at=on(3)) is None


@pytest.mark.usefixtures("db")
def test_an_officer_files_one_against_each_stop_and_the_case_stays_open_until_both_are_answered() -> None:
    by, judge = clerk("4401"), actor_of(officer("judge", Role.REVIEWER, REGION), date(2026, 7, 1))
    key = person(NUMBER, REGION)
    one, two = (Contested(Appeal.Way.LETTER, "I live.", hold=f"stop:payrun:{run}") for run in (1, 2))
    with within(HERE):
        first = appeals.receive(person=key, region=REGION, contested=one, by=by, at=on(1))
        with pytest.raises(CaseError, match="against the same stop is open already"):
            appeals.receive(person=key, region=REGION, contested=one, by=by, at=on(1))
        second = appeals.receive(person=key, region=REGION, contested=two, by=by, at=on(1))
        states = []
        for appeal in (first, second):
            decided = appeals.decide(appeal=appeal.pk, upheld=False, answer="no", by=judge, at=on(2))
            assert decided.case is not None
            decided.case.refresh_from_db()
            states.append(decided.case.state)
    assert states == ["open", "closed"]


@pytest.mark.usefixtures("db")
def test_whoever_found_what_is_contested_does_not_decide_although_another_finding_came_later() -> None:
    office = PayOffice()
    benefit, _, prison = _stopped_twice(office)
    found(office, benefit, Outcome.SOURCE_ERROR, day=None, at=on(12))
    appeal = _received(benefit, clerk(REGION, "another"), prison)
    with within(HERE), pytest.raises(CaseError, match="took part"):
        decide_appeal(appeal=appeal.pk, upheld=True, answer="fine", by=office.reviewer, at=on(22))


@pytest.mark.usefixtures("db")
def test_the_pages_offer_what_is_in_force_and_tell_what_was_contested() -> None:
    office = PayOffice()
    benefit, silent, _ = _stopped_twice(office)
    client = visitor()
    client.force_login(officer("counter", Role.CLERK, REGION))
    address = f"/office/people/{benefit.person_id}/appeal"
    form = client.get(address).content.decode()
    assert "Paused from 2026-08: not certified in time" in form
    assert form.index("serving a prison term") < form.index("not certified in time"), "the newest is the first"
    made = client.post(address, {"way": "counter", "text": "I live.", "hold": silent}, follow=True)
    assert "Paused from 2026-08: not certified in time" in made.content.decode()
    with within(HERE):
        assert [hold.reason for hold in contestable(benefit.person_id)] == ["prison"]


@pytest.fixture
def before_holds(database: None) -> Iterator[None]:
    """Tables to be taken back to the day before appeals named what they are about."""
    del database
    empty()
    yield
    to_the_latest()
    empty()


@pytest.mark.usefixtures("before_holds")
def test_an_open_appeal_of_before_is_about_what_it_lifted() -> None:
    office = PayOffice()
    benefit, _, prison = _stopped_twice(office)
    appeal = _received(benefit, office.clerk)
    MigrationExecutor(connections["owner"]).migrate([("payment", "0006_what_was_carried_out")])
    MigrationExecutor(connections["owner"]).migrate([("casework", "0005_event_of_a_finding")])
    to_the_latest()
    with within(HERE):
        assert Appeal.objects.get(pk=appeal.pk).hold == prison
