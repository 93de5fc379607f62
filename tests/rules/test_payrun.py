"""What the run of a pay month decides, as the tables of tests/rules/cases have it (domain.md 1)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anling.rules.clock import Clock, ClockRule, clock
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from anling.rules.payrun import (
    BenefitState,
    ContactAttempt,
    Delivery,
    Outcome,
    RunDecision,
    RunReason,
    RunSubject,
    StopWarning,
    decide,
)
from tests.rules import test_clock
from tests.rules.tables import Case, cases

EXAMPLES = list(cases("payrun_month"))
HELD = list(cases("payrun_held"))


def read_clock(facts: dict[str, Any]) -> Clock | None:
    return test_clock.run({key: value for key, value in facts.items() if value is not None})


def read_warning(about: Month, text: str) -> StopWarning:
    """`delivered 2024-04-02`, and the stop month where it announced another one."""
    delivery, day, *other = text.split()
    return StopWarning(Month.parse(other[0]) if other else about, Delivery(delivery), date.fromisoformat(day))


def read_contact(about: Month, text: str) -> ContactAttempt:
    """`2024-06-20`, and the stop month where the attempt was about another one."""
    day, *other = text.split()
    return ContactAttempt(Month.parse(other[0]) if other else about, date.fromisoformat(day))


def read_subject(facts: dict[str, Any]) -> RunSubject:
    found, month = read_clock(facts), Month.parse(facts["month"])
    about = found.stop_month if found else month
    marks = {name: facts[name] for name in ("feeds_healthy", "open_appeal", "case_in_work") if name in facts}
    return RunSubject(
        month=month,
        cut_off=facts["cut_off"],
        state=BenefitState(facts["state"]),
        clock=found,
        warnings=tuple(read_warning(about, text) for text in facts.get("warnings", ())),
        contacts=tuple(read_contact(about, str(text)) for text in facts.get("contacts", ())),
        **marks,
    )


def warned(month: Month, found: Clock) -> RunSubject:
    delivered = StopWarning(found.stop_month, Delivery.DELIVERED, (found.stop_month - 2).first_day)
    return RunSubject(month, found.stop_month.first_day, BenefitState.PAYING, found, (delivered,))


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case.id)
def test_the_first_month_without_pay(case: Case) -> None:
    found = read_clock(case.facts)
    assert found is not None
    keeps, stops = (Month.parse(case.expected[name]) for name in ("keeps", "stops"))
    assert decide(warned(keeps, found)).outcome is Outcome.KEEP_NOT_DUE
    assert decide(warned(stops, found)).outcome is Outcome.STOP
    assert stops - keeps == 1


@pytest.mark.parametrize("case", HELD, ids=lambda case: case.id)
def test_decision(case: Case) -> None:
    found = decide(read_subject(case.facts))
    assert {"outcome": str(found.outcome), "reasons": [str(reason.outcome) for reason in found.reasons]} == (
        case.expected
    )
    assert all(reason.clause for reason in found.reasons)
    assert found.needs_case == (found.outcome is Outcome.NO_BASE)


def test_every_outcome_has_a_case() -> None:
    assert {reason for case in HELD for reason in case.expected["reasons"]} == set(Outcome)


def test_a_decision_without_its_own_reason_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="first reason"):
        RunDecision(Outcome.STOP, (RunReason(Outcome.HELD_CASE, "test"),))


FLAGS = st.booleans()
DELIVERIES = st.lists(st.sampled_from(Delivery), max_size=3)


@given(st.integers(-3, 6), FLAGS, FLAGS, FLAGS, FLAGS, DELIVERIES)
def test_nobody_is_stopped_unwarned_or_with_an_obstacle(
    late: int, healthy: bool, appeal: bool, case: bool, attempted: bool, deliveries: list[Delivery]
) -> None:
    found = clock(ClockRule(Scheme.EMPLOYEE), Month.of(2023, 6))
    day, about = found.last_ok.first_day, found.stop_month
    warnings = tuple(StopWarning(about, delivery, day) for delivery in deliveries)
    contacts = (ContactAttempt(about, day),) if attempted else ()
    month = about + late
    subject = RunSubject(month, month.last_day, BenefitState.PAYING, found, warnings, contacts, healthy, appeal, case)
    stopped = decide(subject).outcome is Outcome.STOP
    reached = attempted or Delivery.DELIVERED in deliveries
    # The day of a warning lies in the month before the stop; runs before it are not due at all.
    assert stopped == (late >= 0 and healthy and not appeal and not case and reached)
