"""The statements of a draft put the facts of each benefit to the rule as they are: every combination, one by one."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from anling.audit.scope import within
from anling.casework import appeals, operations
from anling.casework.appeals import Contested
from anling.casework.models import Appeal, Attempt, CaseKind
from anling.casework.operations import Tried
from anling.feeds.models import Batch
from anling.payment.models import PayLine
from anling.payment.runs.drafting import ATTEMPT_MONTHS
from anling.roster.models import Benefit
from anling.rules.clock import Clock
from anling.rules.months import Month
from anling.rules.payrun import (
    BenefitState,
    ContactAttempt,
    Delivery,
    Outcome,
    RunSubject,
    StopWarning,
    decide,
)
from tests.support.client import NUMBER, person
from tests.support.pay import HERE, REGION, STOP, PayOffice, on

pytestmark = pytest.mark.usefixtures("db")

BASES = (None, STOP - 13, STOP - 15)
WARNINGS = (None, Delivery.QUEUED, Delivery.DELIVERED, Delivery.UNDELIVERABLE)
TRIED = (None, ATTEMPT_MONTHS + 1, ATTEMPT_MONTHS, 0)
"""So many months before the stop somebody tried to reach the person."""
OBJECTS = ((False, False), (True, False), (True, True))
"""A case in work, an open appeal; an appeal opens the case."""
CUT_OFF = on(6)


def _benefit(office: PayOffice, base: Month | None) -> Benefit:
    if base:
        return office.benefit(base=base)
    key = person(NUMBER, REGION)
    with within(HERE):
        return Benefit.objects.get(person=key)


def _subject(
    office: PayOffice, base: Month | None, warned: Delivery | None, tried: int | None, case: bool, appeal: bool
) -> tuple[int, RunSubject]:
    """A benefit of which just that is kept, and what the rule is to be told of it."""
    benefit = _benefit(office, base)
    about = base + 13 if base else STOP
    if warned:
        office.warned(benefit, warned.value, about)
    attempted: datetime | None = None
    with within(HERE):
        if tried is not None:
            month = about - tried
            attempted = min(on(2, month.month, month.year), CUT_OFF - timedelta(days=1))
            said = Tried(Attempt.Way.PHONE, Attempt.Result.NO_ANSWER, attempted)
            operations.record_attempt(
                person=benefit.person_id, region=REGION, tried=said, by=office.clerk, at=attempted
            )
        if appeal:
            contested = Contested(Appeal.Way.COUNTER, "I live", "")
            appeals.receive(person=benefit.person_id, region=REGION, contested=contested, by=office.clerk, at=on(3))
        elif case:
            operations.open_case(
                person=benefit.person_id, region=REGION, kind=CaseKind.REPORT, note="called", by=office.clerk, at=on(3)
            )
    # an attempt was because of the stop if it was made in the months before it, or later
    because = attempted is not None and tried is not None and tried <= ATTEMPT_MONTHS
    day = (about - 3).first_day
    return benefit.pk, RunSubject(
        month=STOP, cut_off=CUT_OFF.date(), state=BenefitState.PAYING,
        clock=Clock(base, base + 12, about) if base else None,
        warnings=(StopWarning(about, warned, day),) if warned else (),
        contacts=(ContactAttempt(about, attempted.date()),) if because and attempted else (),
        open_appeal=appeal, case_in_work=case,
    )  # fmt: skip


@pytest.mark.timeout(600)
def test_every_benefit_gets_what_the_rule_says_of_its_own_facts() -> None:
    office = PayOffice()
    subjects = dict(
        _subject(office, base, warned, tried, *objects)
        for base, warned, tried, objects in product(BASES, WARNINGS, TRIED, OBJECTS)
    )
    for healthy in (True, False):
        if not healthy:
            with within(HERE):
                Batch.objects.filter(feed="police_death").update(state="refused")
        run = office.drafted(at=CUT_OFF)
        with within(HERE):
            rows = PayLine.objects.filter(run=run).values_list("benefit", "action", "state", "holds")
            told = {key: (action, state, holds) for key, action, state, holds in rows}
        wrong = {key: (subject, told.get(key)) for key, subject in subjects.items()
                 if told.get(key) != _said(subject, healthy)}  # fmt: skip
        assert wrong == {}
        assert {state for _, state, _ in told.values()} == ({"proposed", "held"} if healthy else {"held"})


def _said(subject: RunSubject, healthy: bool) -> tuple[str, str, str]:
    said = decide(replace(subject, feeds_healthy=healthy))
    if said.outcome is Outcome.STOP:
        return "stop", "proposed", ""
    return "stop", "held", " ".join(reason.outcome.value for reason in said.reasons)
