"""Overpaid pay comes back by order, in instalments, or kept back; every sum to the cent, nobody alone (art. 46)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anling.access.errors import NotAllowedError
from anling.audit.scope import within
from anling.casework.models import Outcome
from anling.payment.accounts.ledgers import account_of, write
from anling.payment.debts import recovering
from anling.payment.debts.owing import owe
from anling.payment.debts.recovering import Plan
from anling.payment.effects.reversing import reverse
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import PayFact, PayLine, Recovery
from anling.payment.runs.running import drop_lines
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.ledger import Reverse, Totals
from anling.rules.money import ZERO
from anling.rules.months import Month
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.settled import approved, dead, found

pytestmark = pytest.mark.usefixtures("db")


def _owing(office: PayOffice, amount: str = "100.01") -> Recovery:
    """Somebody who died in May and was paid for June and July."""
    benefit = office.benefit(base=STOP - 3, amount=amount)
    dead(office, benefit, date(2026, 5, 20))
    with within(HERE):
        return Recovery.objects.get(benefit=benefit)


def _ordered(office: PayOffice, recovery: Recovery, plan: Plan | None = None) -> Recovery:
    with within(HERE):
        recovery = recovering.order(
            recovery=recovery.pk, version=recovery.version, plan=plan or Plan(), by=office.clerk, at=on(7)
        )
        return recovering.approve_order(
            recovery=recovery.pk, version=recovery.version, by=office.reviewer, at=on(8)
        )  # fmt: skip


def _totals(recovery: Recovery, month: int = 8) -> Totals:
    with within(HERE):
        return account_of(Benefit.objects.get(pk=recovery.benefit_id), at=on(26, month)).ledger.totals


def _receive(office: PayOffice, recovery: Recovery, amount: str, receipt: str) -> Recovery:
    with within(HERE):
        return recovering.receive(
            recovery=recovery.pk, version=recovery.version, amount=Decimal(amount), day=date(2026, 8, 9),
            receipt=receipt, by=office.clerk, at=on(9),
        )  # fmt: skip


def test_ordered_by_one_officer_and_approved_by_another_then_paid_in_two_sums() -> None:
    office = PayOffice()
    recovery = _ordered(office, _owing(office))
    assert (recovery.state, recovery.order_no) == ("ordered", f"2026-{recovery.pk:06d}")
    recovery = _receive(office, recovery, "100.00", "S1")
    totals = _totals(recovery)
    assert (totals.overpaid, totals.recovered, totals.outstanding) == (
        Decimal("200.02"), Decimal("100.00"), Decimal("100.02"),
    )  # fmt: skip
    assert recovery.state == "ordered"
    with pytest.raises(PaymentError, match="recorded already"):
        _receive(office, recovery, "1.00", "S1")
    with pytest.raises(PaymentError, match=r"At most 100\.02"):
        _receive(office, recovery, "100.03", "S2")
    recovery = _receive(office, recovery, "100.02", "S2")
    assert (recovery.state, _totals(recovery).outstanding) == ("settled", ZERO)


def test_nobody_approves_the_order_or_the_waiver_that_they_proposed() -> None:
    office = PayOffice()
    recovery = _owing(office)
    both = replace(office.clerk, permits=(*office.clerk.permits, *office.reviewer.permits))
    with within(HERE):
        with pytest.raises(PaymentError, match="Nobody has proposed"):
            recovering.approve_order(recovery=recovery.pk, version=1, by=both, at=on(7))
        recovering.order(recovery=recovery.pk, version=1, plan=Plan(), by=both, at=on(7))
        with pytest.raises(NotAllowedError):
            recovering.approve_order(recovery=recovery.pk, version=2, by=office.clerk, at=on(7))
        with pytest.raises(SamePersonError):
            recovering.approve_order(recovery=recovery.pk, version=2, by=both, at=on(7))
        recovering.ask_waiver(
            recovery=recovery.pk, version=2, amount=Decimal("10.00"), reason="poor", by=both, at=on(7)
        )
        with pytest.raises(SamePersonError):
            recovering.approve_waiver(recovery=recovery.pk, version=3, by=both, at=on(7))
        with pytest.raises(PaymentError, match="changed the recovery meanwhile"):
            recovering.approve_waiver(recovery=recovery.pk, version=2, by=office.reviewer, at=on(7))
        recovering.approve_waiver(recovery=recovery.pk, version=3, by=office.reviewer, at=on(7))
    totals = _totals(recovery)
    assert totals.waived == Decimal("10.00")
    assert totals.overpaid == totals.recovered + totals.waived + totals.outstanding


def test_instalments_come_to_the_debt_to_the_cent_and_keep_the_limit() -> None:
    office = PayOffice()
    recovery = _owing(office)
    first = Month.of(2026, 9)
    with within(HERE):
        with pytest.raises(PaymentError, match="Instalments run over 1 to") as refused:
            recovering.planned(recovery, Plan(600, first), at=on(7))
        assert refused.value.field == "months"
    recovery = _ordered(office, recovery, Plan(3, first))
    assert recovery.state == "agreed"
    assert recovery.plan == [["2026-09", "66.67"], ["2026-10", "66.67"], ["2026-11", "66.68"]]


def test_fraud_is_said_by_an_officer_with_that_right_and_the_order_is_proposed_anew() -> None:
    office = PayOffice()
    recovery = _ordered(office, _owing(office))
    assert recovery.kind == "overpayment"
    with within(HERE):
        with pytest.raises(NotAllowedError):
            recovering.charge_fraud(
                recovery=recovery.pk, version=recovery.version, reason="forged", by=office.clerk, at=on(9)
            )
        recovery = recovering.charge_fraud(
            recovery=recovery.pk, version=recovery.version, reason="forged", by=office.reviewer, at=on(9)
        )
    assert (recovery.kind, recovery.state, recovery.approver) == ("fraud", "open", "")


def _overpaid_but_paying(office: PayOffice) -> Recovery:
    """Paid twice over in July by the pay system, by 90 yuan, and in pay all along."""
    benefit = office.benefit(base=STOP - 3, amount="300.00")
    with within(HERE):
        extra = rules.Paid("extra:1", Month.of(2026, 7), Decimal("90.00"), additional=True)
        main = rules.Paid("paid:2026-07", Month.of(2026, 7), Decimal("300.00"))
        for fact in (main, extra):
            write(benefit, fact, source="test", by=office.clerk, at=on(2))
        return Recovery.objects.create(
            benefit=benefit, person_id=benefit.person_id, region=benefit.region, from_month=date(2026, 7, 1),
            to_month=date(2026, 7, 1), overpaid=Decimal("90.00"), source="test", opened_at=on(2),
        )  # fmt: skip


def test_kept_back_from_pay_month_by_month_until_nothing_is_outstanding() -> None:
    office = PayOffice()
    recovery = _ordered(office, _overpaid_but_paying(office), Plan(2, Month.of(2026, 8), "pay"))
    number = recovery.benefit.benefit_no
    for month in (8, 9):
        run = office.handed_over(Month.of(2026, month), on(9, month))
        with within(HERE):
            line = PayLine.objects.get(run=run)
        assert (line.action, line.amount, line.reason) == ("offset", Decimal("45.00"), "offset_pay")
        assert _totals(recovery, month).recovered == Decimal("45.00") * (month - 8)
        office.answered(run, f"{number},offset,done", month=month)
    with within(HERE):
        recovery.refresh_from_db()
    totals = _totals(recovery, 9)
    assert (recovery.state, totals.recovered, totals.outstanding) == ("settled", Decimal("90.00"), ZERO)
    with within(HERE):
        assert not PayLine.objects.filter(run=office.drafted(Month.of(2026, 10))).exists()


def test_a_refused_offset_has_not_come_in() -> None:
    office = PayOffice()
    recovery = _ordered(office, _overpaid_but_paying(office), Plan(2, Month.of(2026, 8), "pay"))
    run = office.handed_over(STOP, on(9))
    office.answered(run, f"{recovery.benefit.benefit_no},offset,refused", month=8)
    assert _totals(recovery).recovered == ZERO
    with within(HERE):
        assert PayLine.objects.get(run=office.drafted(STOP + 1)).amount == Decimal("90.00")


def _stopped_with_debt(office: PayOffice) -> Recovery:
    """Stopped for three months, passed again, and owing 50 yuan from before."""
    benefit = office.benefit(amount="100.00")
    office.warned(benefit)
    with within(HERE):
        for fact in (
            rules.Paid("paid:2026-07", Month.of(2026, 7), Decimal("100.00")),
            rules.Paid("extra:1", Month.of(2026, 7), Decimal("50.00"), additional=True),
        ):
            write(benefit, fact, source="test", by=office.clerk, at=on(2))
        recovery = Recovery.objects.create(
            benefit=benefit, person_id=benefit.person_id, region=benefit.region, from_month=date(2026, 7, 1),
            to_month=date(2026, 7, 1), overpaid=Decimal("50.00"), source="test", opened_at=on(2),
        )  # fmt: skip
    office.handed_over()
    recovery = _ordered(office, recovery, Plan(offset="arrears"))
    office.passed(benefit, STOP, on(20))
    return recovery


def test_kept_back_from_arrears_which_are_told_in_full() -> None:
    office = PayOffice()
    recovery = _stopped_with_debt(office)
    run = office.handed_over(STOP + 1)
    with within(HERE):
        lines = {row.action: row.amount for row in PayLine.objects.filter(run=run)}
    assert lines == {"resume": None, "arrears": Decimal("100.00"), "offset": Decimal("50.00")}
    number = recovery.benefit.benefit_no
    office.answered(
        run, f"{number},resume,done", f"{number},arrears,done", f"{number},offset,done", month=9
    )  # fmt: skip
    totals = _totals(recovery, 9)
    assert (totals.arrears_paid, totals.recovered, totals.outstanding) == (Decimal("100.00"), Decimal("50.00"), ZERO)


def test_arrears_that_are_taken_out_take_what_is_kept_back_from_them_along() -> None:
    office = PayOffice()
    _stopped_with_debt(office)
    run = office.drafted(STOP + 1)
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
        drop_lines(
            run=run.pk, version=run.version, lines=[line.pk], reason="asked to wait", by=office.clerk, at=on(6, 9)
        )
        assert PayLine.objects.get(run=run, action="offset").state == "dropped"


def test_money_that_came_in_without_right_is_given_back_by_another() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00")
    approved(office, found(office, benefit, Outcome.DEAD, day=date(2026, 5, 20)))
    with within(HERE):
        recovery = _ordered(office, Recovery.objects.get(benefit=benefit))
    recovery = _receive(office, recovery, "150.00", "S1")
    with within(HERE):
        ref = PayFact.objects.get(benefit=benefit, what="end").ref
        reverse(benefit=benefit.pk, hold_ref=ref, why=Reverse.WRONGFUL, reason="lives", by=office.clerk, at=on(10))
        recovery.refresh_from_db()
        both = replace(office.clerk, permits=(*office.clerk.permits, *office.reviewer.permits))
        given: dict[str, Any] = {
            "recovery": recovery.pk, "version": recovery.version, "day": date(2026, 8, 11), "receipt": "R1",
        }  # fmt: skip
        with pytest.raises(SamePersonError):
            recovering.give_back(**given, amount=Decimal("150.00"), by=both, at=on(11))
        with pytest.raises(PaymentError, match=r"150\.00"):
            recovering.give_back(**given, amount=Decimal("150.01"), by=office.reviewer, at=on(11))
        recovering.give_back(**given, amount=Decimal("150.00"), by=office.reviewer, at=on(11))
    totals = _totals(recovery)
    assert (totals.to_return, totals.outstanding, totals.overpaid) == (ZERO, ZERO, ZERO)


def _two_pensions(office: PayOffice, monthly: str) -> tuple[Recovery, Benefit]:
    """A resident benefit of 150 yuan that ended because an employee benefit began in June."""
    resident = office.benefit(base=STOP - 3, amount="150.00")
    with within(HERE):
        employee = Benefit.objects.get(pk=resident.pk)
        employee.pk, employee.benefit_no, employee.scheme = None, "E1", "employee"
        employee.benefit_start, employee.monthly_amount = date(2026, 6, 1), Decimal(monthly)
        employee.save(force_insert=True)
    approved(office, found(office, resident, Outcome.DOUBLE_BENEFIT, day=date(2026, 6, 1)))
    with within(HERE):
        return Recovery.objects.get(benefit=resident), employee


def test_who_drew_two_pensions_pays_the_one_back_from_the_other_and_keeps_most_of_each_month() -> None:
    office = PayOffice()
    recovery, employee = _two_pensions(office, "200.00")
    with within(HERE), pytest.raises(PaymentError, match="not in pay") as refused:
        recovering.order(recovery=recovery.pk, version=1, plan=Plan(2, STOP, "pay"), by=office.clerk, at=on(7))
    assert refused.value.field == "payer"
    recovery = _ordered(office, recovery, Plan(2, STOP, "pay", employee.pk))
    office.warned(employee)
    kept = []
    for month in (8, 9, 10):
        run = office.handed_over(Month.of(2026, month), on(9, month))
        with within(HERE):
            lines = PayLine.objects.filter(run=run).exclude(state="held").select_related("benefit")
            told = {row.action: row for row in lines}
        assert told["offset"].benefit_id == employee.pk
        kept.append(told["offset"].amount)
        answers = [f"{row.benefit.benefit_no},{action},done" for action, row in told.items()]
        office.answered(run, *answers, month=month)
    assert kept == [Decimal("60.00"), Decimal("60.00"), Decimal("30.00")]
    with within(HERE):
        recovery.refresh_from_db()
    assert (recovery.state, _totals(recovery, 10).outstanding) == ("settled", ZERO)


def test_a_benefit_has_one_recovery_at_a_time_and_a_later_cause_makes_it_longer() -> None:
    office = PayOffice()
    recovery = _owing(office, "100.00")
    with within(HERE):
        months = account_of(recovery.benefit, at=on(8)).ledger.rows
        owe(recovery.benefit, [*months[:1], replace(months[1], month=STOP)], source="finding:9", at=on(8))
        recovery = Recovery.objects.get()
    assert (recovery.from_month, recovery.to_month, recovery.overpaid) == (
        date(2026, 6, 1), date(2026, 8, 1), Decimal("200.00"),
    )  # fmt: skip
