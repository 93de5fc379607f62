"""What events do to pay, as tests/rules/cases/events.yaml has it (domain.md, section 1)."""

import pytest

from anling.rules.events import Arrears, Effect, Event, EventKind, Pay, effect
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from tests.rules.tables import Case, cases

CASES = list(cases("events"))


def written(found: Effect) -> dict[str, object]:
    return {
        "pay": str(found.pay),
        "from_month": found.from_month and str(found.from_month),
        "arrears": str(found.arrears),
        "overpaid_from": found.overpaid_from and str(found.overpaid_from),
        "no_raise": found.no_raise,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_effect(case: Case) -> None:
    facts = case.facts
    assert written(effect(Event(EventKind(facts["event"]), facts["day"], Scheme(facts["scheme"])))) == case.expected


def test_every_event_has_a_case() -> None:
    assert {case.facts["event"] for case in CASES} == set(EventKind)


def test_recovery_follows_overpayment() -> None:
    dead, alive = (EventKind.DEATH, EventKind.ABROAD)
    day = Month.of(2024, 3).first_day
    assert effect(Event(dead, day, Scheme.EMPLOYEE)).recover
    assert not effect(Event(alive, day, Scheme.EMPLOYEE)).recover


@pytest.mark.parametrize(
    ("pay", "from_month", "overpaid_from"),
    [
        (Pay.CONTINUE, Month.of(2024, 1), None),
        (Pay.END, None, None),
        (Pay.END, Month.of(2024, 1), Month.of(2024, 2)),
    ],
)
def test_contradictory_effects_cannot_be_built(pay: Pay, from_month: Month | None, overpaid_from: Month | None) -> None:
    with pytest.raises(ValueError, match="first month without pay"):
        Effect(pay, from_month, Arrears.NONE, overpaid_from, no_raise=False, clause="test")
