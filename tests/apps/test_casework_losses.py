"""What kind of loss a finding is, its officer signs; the second one agrees or returns (domain.md, 1)."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from anling.access.roles import Role
from anling.audit.scope import within
from anling.casework.errors import CaseError
from anling.casework.losses import event_of
from anling.casework.models import LOSSES, Finding, Outcome
from anling.payment.models import PayFact
from anling.rules.events import EventKind
from tests.support.case_steps import HERE, now, say
from tests.support.latest import to_the_latest
from tests.support.listings import a_case
from tests.support.platform import clerk, empty, officer
from tests.support.visit import visitor

END = date(2027, 1, 1)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("outcome", "until", "said", "event"),
    [
        (Outcome.DEAD, None, "", "death"),
        (Outcome.DEAD, None, "declared_dead", "declared_dead"),
        (Outcome.IN_CUSTODY, None, "", "detained"),
        (Outcome.IN_CUSTODY, END, "", "prison"),
        (Outcome.IN_CUSTODY, END, "parole_revoked", "parole_revoked"),
        (Outcome.MISSING, None, "", "missing"),
        (Outcome.DOUBLE_BENEFIT, None, "", "two_pensions"),
        (Outcome.NATIONALITY_LOST, None, "", "nationality_lost"),
        (Outcome.MOVED, None, "", ""),
    ],
)
def test_a_finding_says_what_it_is(outcome: Outcome, until: date | None, said: str, event: str) -> None:
    by = clerk("4401", "one")
    finding = say(a_case(by), by, outcome, until=until, event=said)
    assert finding.event == event
    assert (event_of(finding) is not None) == (outcome in LOSSES)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("outcome", "event"), [(Outcome.DEAD, "prison"), (Outcome.MOVED, "death")])
def test_a_finding_is_none_of_another_kind(outcome: Outcome, event: str) -> None:
    by = clerk("4401", "one")
    with pytest.raises(CaseError, match="none of that kind") as error:
        say(a_case(by), by, outcome, event=event)
    assert error.value.field == "event"


@pytest.mark.usefixtures("db")
def test_the_second_officer_reads_what_it_is_and_chooses_nothing() -> None:
    one, two = officer("one", Role.CLERK, "4401"), officer("two", Role.REVIEWER, "4401")
    finder, decider = visitor(), visitor()
    finder.force_login(one)
    decider.force_login(two)
    case = a_case(clerk("4401", "opener"))
    found = {"version": 1, "outcome": "dead", "event": "declared_dead", "day": "2026-05-10", "note": "the judgment"}
    finder.post(f"/office/cases/{case.pk}/find", found)
    with within(HERE):
        finding = Finding.objects.get()
    address = f"/office/findings/{finding.pk}/decide"
    assert "declared dead by a court" in decider.get("/office/findings").content.decode()
    shown = decider.post(address, {"decision": "approve"}).content.decode()
    assert "declared dead by a court" in shown
    assert 'name="event"' not in shown
    said = {"decision": "approve", "confirm": "1", "version": now(case).version, "sure": "on", "event": "death"}
    decider.post(address, said)
    with within(HERE):
        assert PayFact.objects.get().reason == "declared_dead"


@pytest.mark.usefixtures("db")
def test_a_form_with_another_kind_is_refused_beside_its_field() -> None:
    client = visitor()
    client.force_login(officer("one", Role.CLERK, "4401"))
    case = a_case(clerk("4401", "opener"))
    found = {"version": 1, "outcome": "in_custody", "event": "declared_dead", "day": "2026-05-10", "note": "x"}
    answer = client.post(f"/office/cases/{case.pk}/find", found)
    assert answer.status_code == 422
    assert "choose one that it can be" in answer.content.decode()


@pytest.fixture
def before_events(database: None) -> Iterator[None]:
    """The tables as they were when the second officer chose the event."""
    del database
    empty()
    yield
    to_the_latest()
    empty()


@pytest.mark.usefixtures("before_events")
def test_a_finding_that_waits_from_before_is_what_such_a_finding_usually_is() -> None:
    by = clerk("4401", "one")
    finding = say(a_case(by), by, Outcome.IN_CUSTODY, until=END)
    MigrationExecutor(connections["owner"]).migrate([("casework", "0004_when_a_case_was_written")])
    MigrationExecutor(connections["owner"]).migrate([("casework", "0005_event_of_a_finding")])
    with within(HERE):
        kept = Finding.objects.only("event", "state").get(pk=finding.pk)
        assert (kept.event, kept.state) == (EventKind.PRISON, "pending")
