"""A pass covers all of a person's compared benefits, whatever region pays them; money stays each region's (N-A3)."""

from datetime import date

import pytest

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.adopting import adopt
from anling.passes.clocks import passes_of, stands
from anling.passes.errors import PassError
from anling.passes.models import Cover, Pass, Way
from anling.passes.operations import record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.payment.models import PayLine
from anling.payment.runs.proposing import propose
from anling.policy import load
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.client import person
from tests.support.listings import TRIP, Listed, listing
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.platform import clerk

ELSEWHERE = Scope("440305")
pytestmark = pytest.mark.usefixtures("db")


def _paid_there(someone: int, status: str = "paying", reason: str = "") -> Benefit:
    """Another benefit of the same person, paid by another city."""
    with within(ELSEWHERE):
        return Benefit.objects.create(
            benefit_no=f"C{someone}-{status}", person_id=someone, person_no=f"C{someone}", scheme="employee",
            region="440305", pay_status=status, suspend_reason=reason, monthly_amount="3000.00",
            benefit_start=date(2015, 1, 1),
        )  # fmt: skip


def _stop_month(benefit: Benefit) -> Month:
    with within(Scope(benefit.region)):
        clock = stands([benefit], load(), on=on(6).date(), cutoff=on(28, 12))[0].clock
    assert clock is not None
    return clock.stop_month


def test_a_pass_at_a_counter_here_moves_the_clock_there_and_shows_nothing_of_what_is_paid_there() -> None:
    office = PayOffice()
    ours = office.benefit()
    theirs, over = _paid_there(ours.person_id), _paid_there(ours.person_id, "ended", "death")
    assert _stop_month(theirs) == Month.of(2016, 2)
    office.passed(ours, STOP - 1, on(20, 7))
    assert _stop_month(theirs) == _stop_month(ours) == STOP + 12
    with within(HERE):
        assert set(Cover.objects.values_list("benefit", flat=True)) == {ours.pk}
        assert list(Benefit.objects.filter(person=ours.person_id)) == [ours]
    with within(ELSEWHERE):
        (made,) = passes_of([theirs.pk])[theirs.pk]
        assert (made.way, made.doer, made.elsewhere) == (Way.OUTLET, office.clerk.key, True)
        assert passes_of([over.pk])[over.pk] == []


def test_a_pass_here_lifts_a_suspension_for_want_of_proof_there_at_its_next_run_and_no_other() -> None:
    office = PayOffice()
    ours = office.benefit()
    silent = _paid_there(ours.person_id, "suspended", "no_proof_of_life")
    with within(ELSEWHERE):
        Benefit.objects.create(
            benefit_no="D1", person_id=ours.person_id, person_no="D1", scheme="resident", region="440305",
            pay_status="suspended", suspend_reason="sentenced",
        )  # fmt: skip
    office.passed(ours, STOP - 1, on(20, 7))
    run = propose(region="440305", month=STOP, by=clerk("440305", "there"), at=on(6))
    with within(ELSEWHERE):
        lines = PayLine.objects.filter(run=run).exclude(action="arrears").values_list("benefit", "action", "state")
        assert set(lines) == {(silent.pk, "resume", "proposed")}


def test_a_run_taken_over_in_one_city_moves_the_clock_in_the_other() -> None:
    someone = person(region="440104")
    theirs, by = _paid_there(someone), clerk("4401")
    run = listing(Listed(someone, "eligible", "life_p2", (TRIP,), date(2026, 6, 1)), region="4401")
    with within(Scope("4401")):
        assert adopt(run=run.pk, by=by, at=on(1)).passes == 1
    assert _stop_month(theirs) == Month.of(2027, 7)


def test_another_benefit_of_the_same_region_is_covered_too_whichever_is_named() -> None:
    someone = person(region="440104", benefits=2)
    with within(HERE):
        named, other = Benefit.objects.filter(person=someone).order_by("pk")
        record_pass(
            benefits=[named], month=STOP - 1, shown_at=on(1), origin=Origin(Way.VISIT, "visit:1"), by=clerk("4401"),
            at=on(1),
        )  # fmt: skip
    assert _stop_month(other) == STOP + 12


def test_whoever_recorded_a_pass_revokes_it_for_every_region_and_nobody_else_does() -> None:
    office = PayOffice()
    ours = office.benefit()
    theirs = _paid_there(ours.person_id)
    office.passed(ours, STOP - 1, on(20, 7))
    with within(ELSEWHERE):
        (made,) = Pass.objects.all()
        with pytest.raises(PassError, match="Another region recorded this pass"):
            revoke_pass(made=made.pk, reason="not seen here", by=clerk("440305", "there"), at=on(2))
    with within(HERE):
        revoke_pass(made=made.pk, reason="a neighbour", by=office.clerk, at=on(2))
    assert _stop_month(theirs) == Month.of(2016, 2)
