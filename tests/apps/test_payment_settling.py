"""What a finding does to pay, to the cent: ended, suspended, left alone, overpaid, and by whom (domain.md 1)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from anling.access.errors import NotAllowedError
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.casework.errors import CaseError, TakenError
from anling.casework.models import Case, Finding, Outcome
from anling.casework.terms import ask_after_terms, calendar
from anling.notices.models import Notice
from anling.payment.effects import settling
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import Mismatch, PayFact, PayLine, PayRun, Recovery
from anling.payment.runs.holding import open_holds_all
from anling.payment.runs.running import sign
from anling.roster.models import Benefit
from anling.rules.money import ZERO
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.settled import approved, dead, found, lines_of, status_of, totals_of

pytestmark = pytest.mark.usefixtures("db")


def test_a_death_ends_pay_from_the_month_after_it_and_what_was_paid_since_is_overpaid_to_the_cent() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="187.65")
    dead(office, benefit, date(2026, 5, 20))
    assert status_of(benefit) == ("ended", "death")
    with within(HERE):
        fact = PayFact.objects.get(benefit=benefit)
        recovery = Recovery.objects.get(benefit=benefit)
    assert (fact.what, fact.month) == ("end", date(2026, 6, 1))
    assert (recovery.from_month, recovery.to_month) == (date(2026, 6, 1), date(2026, 7, 1))
    assert (recovery.overpaid, recovery.kind, recovery.state) == (Decimal("375.30"), "overpayment", "open")
    assert totals_of(benefit).outstanding == Decimal("375.30")
    assert lines_of(office.drafted()) == [("end", "proposed", "death")]


def test_a_draft_gets_the_line_at_once_and_a_signed_run_leaves_it_to_the_next_month() -> None:
    office = PayOffice()
    first, second = office.benefit(base=STOP - 3), office.benefit(base=STOP - 3)
    run = office.drafted()
    dead(office, first, date(2026, 7, 3), on(7))
    assert lines_of(run) == [("end", "proposed", "death")]
    with within(HERE):
        run = PayRun.objects.get(pk=run.pk)
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(7))
    dead(office, second, date(2026, 6, 3), on(8))
    with within(HERE):
        assert PayLine.objects.filter(benefit=second).count() == 0
        fact, recovery = PayFact.objects.get(benefit=second), Recovery.objects.get(benefit=second)
    assert fact.month == date(2026, 7, 1)
    assert (recovery.overpaid, recovery.to_month) == (Decimal("400.00"), date(2026, 8, 1))
    assert totals_of(second, month=9, day=2).outstanding == Decimal("400.00")


@pytest.mark.parametrize(
    ("day", "ends", "overpaid", "owed"),
    [(date(2026, 4, 20), date(2026, 5, 1), "600.00", "0.00"), (date(2026, 6, 2), date(2026, 7, 1), "200.00", "0.00"),
     (date(2026, 8, 2), date(2026, 9, 1), "0.00", "200.00")],
)  # fmt: skip
def test_another_day_of_death_is_another_finding_of_two_officers_and_pay_does_not_resume(
    day: date, ends: date, overpaid: str, owed: str
) -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    dead(office, benefit, date(2026, 5, 20))
    office.handed_over()
    dead(office, benefit, day, on(20))
    assert status_of(benefit) == ("ended", "death")
    with within(HERE):
        (hold,) = open_holds_all([benefit.pk])
        live = [row.overpaid for row in Recovery.objects.exclude(state="cancelled")]
        assert not Notice.objects.filter(kind="apology").exists()
    assert (hold.month, sum(live, ZERO)) == (ends, Decimal(overpaid))
    totals = totals_of(benefit)
    assert (totals.outstanding, totals.arrears_open) == (Decimal(overpaid), Decimal(owed))
    assert [line[0] for line in lines_of(office.drafted(STOP + 1))][-1] == "end"


def test_custody_suspends_from_the_next_run_with_nothing_to_recover_and_a_pass_does_not_lift_it() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 4, 2), until=date(2028, 1, 1))
    approved(office, finding)
    assert status_of(benefit) == ("suspended", "sentenced")
    office.handed_over()
    office.passed(benefit, STOP, on(20))
    assert lines_of(office.handed_over(STOP + 1)) == []
    with within(HERE):
        assert not Recovery.objects.exists()
    assert totals_of(benefit, 9).overpaid == ZERO


def test_community_correction_and_a_missing_person_of_five_months_go_on_being_paid() -> None:
    office = PayOffice()
    free, away = office.benefit(base=STOP - 3), office.benefit(base=STOP - 3)
    serving = found(office, free, Outcome.IN_CUSTODY, day=date(2026, 4, 2), event="community_correction")
    approved(office, serving)
    assert status_of(free) == ("paying", "")
    missing = found(office, away, Outcome.MISSING, day=date(2026, 4, 2))
    with pytest.raises(PaymentError, match="less than six months"):
        approved(office, missing)
    assert status_of(away) == ("paying", "")
    with within(HERE):
        assert Finding.objects.get(pk=missing.pk).state == "pending"


@pytest.mark.parametrize(("since", "stops"), [(date(2026, 2, 3), False), (date(2026, 2, 2), True)])
def test_missing_counts_from_the_day_after_six_whole_months(since: date, stops: bool) -> None:
    office = PayOffice()
    away = office.benefit(base=STOP - 3)
    missing = found(office, away, Outcome.MISSING, day=since)
    if stops:
        approved(office, missing)
    else:
        with pytest.raises(PaymentError, match="less than six months"):
            approved(office, missing)
    assert status_of(away)[0] == ("suspended" if stops else "paying")


def test_when_a_term_is_over_a_case_asks_once_whether_the_person_is_free() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    approved(office, found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 7, 2), until=date(2026, 9, 30)))
    days = (on(30, 9), on(1, 10), on(2, 10))
    assert [ask_after_terms(region=REGION, by=calendar(), at=day) for day in days] == [0, 1, 0]
    with within(HERE):
        case = Case.objects.exclude(state="closed").get(person=benefit.person_id)
    assert (case.kind, case.priority) == ("report", 1)


def test_a_term_that_is_over_before_a_run_could_stop_pay_stops_nobody() -> None:
    office = PayOffice()
    free = office.benefit(base=STOP - 3)
    over = found(office, free, Outcome.IN_CUSTODY, day=date(2026, 2, 2), until=date(2026, 7, 31))
    with pytest.raises(PaymentError, match="the person is free"):
        approved(office, over)
    assert status_of(free) == ("paying", "")


@pytest.mark.parametrize(("scheme", "status"), [("resident", "ended"), ("employee", "paying")])
def test_loss_of_nationality_ends_the_resident_pension_alone_and_nothing_is_recovered(scheme: str, status: str) -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, scheme=scheme)
    approved(office, found(office, benefit, Outcome.NATIONALITY_LOST, day=date(2026, 7, 1)))
    assert status_of(benefit)[0] == status
    with within(HERE):
        assert not Recovery.objects.exists()


def test_two_pensions_end_the_resident_benefit_alone() -> None:
    office = PayOffice()
    resident = office.benefit(base=STOP - 3, amount="150.00")
    with within(HERE):
        employee = Benefit.objects.get(pk=resident.pk)
        employee.pk, employee.benefit_no, employee.scheme = None, "E1", "employee"
        employee.benefit_start, employee.monthly_amount = date(2026, 6, 1), Decimal("3000.00")
        employee.save(force_insert=True)
    approved(office, found(office, resident, Outcome.DOUBLE_BENEFIT, day=date(2026, 6, 1)))
    assert status_of(resident) == ("ended", "joined_employee_scheme")
    assert status_of(employee) == ("paying", "")
    with within(HERE):
        assert [(row.benefit_id, row.overpaid) for row in Recovery.objects.all()] == [(resident.pk, Decimal("150.00"))]


@pytest.mark.parametrize("outcome", [Outcome.SOURCE_ERROR, Outcome.ALIVE, Outcome.MOVED])
def test_findings_that_take_nothing_leave_pay_alone(outcome: Outcome) -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, outcome, day=date(2026, 8, 1), way="visit" if outcome == Outcome.ALIVE else "")
    with within(HERE):
        assert settling.preview(finding=finding.pk, at=on(3)) == ()
        assert not PayFact.objects.exists()
    assert status_of(benefit) == ("paying", "")


def test_the_heirs_of_somebody_who_died_under_a_stop_get_its_months_up_to_the_death() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    office.handed_over()
    office.handed_over(STOP + 1)
    dead(office, benefit, date(2026, 9, 10), on(3, 10))
    run = office.drafted(STOP + 2)
    assert lines_of(run) == [("arrears", "proposed", "arrears"), ("end", "proposed", "death")]
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
        assert (line.amount, line.from_month, line.to_month) == (Decimal("400.00"), date(2026, 8, 1), date(2026, 9, 1))
        assert not Recovery.objects.exists()
    assert totals_of(benefit, 10).overpaid == ZERO


def test_what_is_shown_before_is_what_is_done() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 4, 20))
    with within(HERE):
        (shown,) = settling.preview(finding=finding.pk, at=on(3))
        assert not PayFact.objects.exists()
    approved(office, finding)
    with within(HERE):
        recovery = Recovery.objects.get(benefit=benefit)
    assert (shown.effective, shown.amount) == (STOP, recovery.overpaid)
    assert (len(shown.overpaid), shown.amount) == (3, Decimal("600.00"))


def test_an_end_does_not_wait_for_an_amount_that_nobody_knows() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    with within(HERE):
        Benefit.objects.filter(pk=benefit.pk).update(monthly_amount=None)
    dead(office, benefit, date(2026, 5, 20))
    assert status_of(benefit) == ("ended", "death")
    with within(HERE):
        assert [row.kind for row in Mismatch.objects.all()] == ["amount"]


def test_whoever_found_does_not_approve_and_a_machine_approves_nothing() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 5, 20))
    both = replace(office.clerk, permits=(*office.clerk.permits, *office.reviewer.permits))
    with within(HERE):
        version = Case.objects.get(pk=finding.case_id).version
        with pytest.raises(NotAllowedError):
            settling.approve_finding(finding=finding.pk, version=version, note="", by=office.clerk, at=on(3))
        with pytest.raises(CaseError, match="You made this finding"):
            settling.approve_finding(finding=finding.pk, version=version, note="", by=both, at=on(3))
        with pytest.raises(TakenError):
            settling.approve_finding(finding=finding.pk, version=version - 1, note="", by=office.reviewer, at=on(3))
    assert status_of(benefit) == ("paying", "")


def _detained_then_free(office: PayOffice) -> tuple[Benefit, Finding]:
    benefit = office.benefit(base=STOP - 3, amount="210.10")
    approved(office, found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 7, 2)))
    office.handed_over()
    office.handed_over(STOP + 1)
    return benefit, found(office, benefit, Outcome.ALIVE, day=date(2026, 10, 1), way="visit", at=on(2, 10))


@pytest.mark.parametrize(("acquitted", "owed"), [(True, Decimal("420.20")), (False, ZERO)])
def test_free_again_pay_resumes_and_only_the_acquitted_are_owed_what_was_withheld(
    acquitted: bool, owed: Decimal
) -> None:
    office = PayOffice()
    benefit, finding = _detained_then_free(office)
    assert status_of(benefit) == ("suspended", "detained")
    with within(HERE):
        assert settling.liftable(finding.pk)
        with pytest.raises(NotAllowedError):
            settling.lift(finding=finding.pk, condition_met=acquitted, note="x", by=office.clerk, at=on(3, 10))
        both = replace(office.clerk, permits=(*office.clerk.permits, *office.reviewer.permits))
        with pytest.raises(SamePersonError):
            settling.lift(finding=finding.pk, condition_met=acquitted, note="x", by=both, at=on(3, 10))
        settling.lift(finding=finding.pk, condition_met=acquitted, note="papers", by=office.reviewer, at=on(3, 10))
        with pytest.raises(PaymentError, match="any more"):
            settling.lift(finding=finding.pk, condition_met=True, note="again", by=office.reviewer, at=on(3, 10))
    assert status_of(benefit) == ("paying", "")
    run = office.drafted(STOP + 2)
    with within(HERE):
        lines = {row.action: row.amount for row in PayLine.objects.filter(run=run)}
    assert lines == ({"resume": None, "arrears": owed} if owed else {"resume": None})


def test_an_approval_that_fails_half_way_leaves_nothing_behind() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, Outcome.MISSING, day=date(2026, 5, 20))
    before = Entry.objects.count()
    with within(HERE):
        version = Case.objects.get(pk=finding.case_id).version
        with pytest.raises(PaymentError, match="less than six months"):
            settling.approve_finding(finding=finding.pk, version=version, note="", by=office.reviewer, at=on(3))
        assert Finding.objects.get(pk=finding.pk).state == "pending"
        assert Case.objects.get(pk=finding.case_id).version == version
        assert not PayFact.objects.exists()
    assert Entry.objects.count() == before
