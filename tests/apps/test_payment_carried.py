"""Books follow what the pay system carried out: refused, dropped, skipped and stale lines change nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anling.access.errors import NotAllowedError
from anling.audit.scope import within
from anling.payment.accounts.ledgers import account_of, write
from anling.payment.effects.earlier import approve_since, say_since
from anling.payment.effects.reversing import reverse
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import Mismatch, PayFact, PayLine, PayRun, Recovery
from anling.payment.runs.acknowledging import settle
from anling.payment.runs.exporting import export
from anling.payment.runs.proposing import ask
from anling.payment.runs.running import approve, drop_lines, sign, stop
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.ledger import Reverse
from anling.rules.money import ZERO
from anling.rules.months import Month
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.settled import dead

pytestmark = pytest.mark.usefixtures("db")


def _lines(run: PayRun) -> list[tuple[str, str]]:
    with within(HERE):
        return list(PayLine.objects.filter(run=run).order_by("action").values_list("action", "state"))


def _paid(benefit: Benefit, month: Month) -> dict[str, Decimal]:
    """What the runs paid by our account as it stood at the end of a month."""
    with within(HERE):
        benefit.refresh_from_db()
        rows = account_of(benefit, at=on(28, month.month, month.year)).ledger.rows
    return {str(row.month): row.paid for row in rows}


def _stopped(office: PayOffice, amount: str = "200.00") -> Benefit:
    benefit = office.benefit(amount=amount)
    office.warned(benefit)
    return benefit


@pytest.mark.parametrize("refusal", ["{no},stop,refused", "B0,stop,done"], ids=["refused", "not named"])
def test_a_stop_that_was_not_done_is_told_again_and_the_month_was_paid(refusal: str) -> None:
    office = PayOffice()
    benefit = _stopped(office)
    office.answered(office.handed_over(), refusal.format(no=benefit.benefit_no))
    assert _paid(benefit, STOP) == {"2026-08": Decimal("200.00")}
    run = office.handed_over(STOP + 1)
    assert _lines(run) == [("stop", "approved")]
    office.answered(run, f"{benefit.benefit_no},stop,done")
    assert _paid(benefit, STOP + 1) == {"2026-08": Decimal("200.00"), "2026-09": ZERO}
    assert _lines(office.drafted(STOP + 2)) == []
    with within(HERE):
        assert not Recovery.objects.exists()


def test_somebody_whose_stop_was_refused_passes_and_is_neither_stopped_nor_owed_anything() -> None:
    office = PayOffice()
    benefit = _stopped(office)
    office.answered(office.handed_over(), f"{benefit.benefit_no},stop,refused")
    office.passed(benefit, STOP, on(26))
    run = office.handed_over(STOP + 1)
    assert _lines(run) == [("resume", "approved")]
    office.answered(run, f"{benefit.benefit_no},resume,done")
    with within(HERE):
        totals = account_of(benefit, at=on(28, 9)).ledger.totals
    assert (totals.underpaid, totals.overpaid, totals.paid) == (ZERO, ZERO, Decimal("400.00"))


def test_a_resumption_that_was_refused_is_told_again_and_its_month_is_owed() -> None:
    office = PayOffice()
    benefit = _stopped(office)
    number = benefit.benefit_no
    office.answered(office.handed_over(), f"{number},stop,done")
    office.passed(benefit, STOP, on(26))
    run = office.handed_over(STOP + 1)
    office.answered(run, f"{number},resume,refused", f"{number},arrears,done")
    assert _paid(benefit, STOP + 1) == {"2026-08": ZERO, "2026-09": ZERO}
    run = office.handed_over(STOP + 2)
    assert _lines(run) == [("arrears", "approved"), ("resume", "approved")]
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
        assert line.parts == [["2026-09", "200.00"]]
    office.answered(run, f"{number},resume,done", f"{number},arrears,done")
    with within(HERE):
        totals = account_of(benefit, at=on(28, 10)).ledger.totals
    assert (totals.arrears_paid, totals.arrears_open, totals.overpaid) == (Decimal("400.00"), ZERO, ZERO)
    assert _lines(office.drafted(STOP + 3)) == []


def test_an_end_that_was_refused_is_told_again_and_every_month_until_then_is_recovered() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00")
    finding = dead(office, benefit, date(2026, 7, 20))
    with within(HERE):
        assert not Recovery.objects.exists()
    office.answered(office.handed_over(), f"{benefit.benefit_no},end,refused")
    with within(HERE):
        recovery = Recovery.objects.get()
    assert (recovery.overpaid, recovery.to_month, recovery.source) == (
        Decimal("100.00"), date(2026, 8, 1), f"finding:{finding.pk}",
    )  # fmt: skip
    office.answered(office.handed_over(STOP + 1), f"{benefit.benefit_no},end,refused")
    with within(HERE):
        recovery.refresh_from_db()
    assert (recovery.overpaid, recovery.to_month) == (Decimal("200.00"), date(2026, 9, 1))
    office.answered(office.handed_over(STOP + 2), f"{benefit.benefit_no},end,done")
    assert _paid(benefit, STOP + 2) == {
        "2026-08": Decimal("100.00"), "2026-09": Decimal("100.00"), "2026-10": ZERO,
    }  # fmt: skip
    with within(HERE):
        assert Recovery.objects.get().overpaid == Decimal("200.00")
        assert Mismatch.objects.filter(kind="not_acknowledged").count() == 2


def test_an_end_that_was_done_after_all_is_no_debt_of_the_heirs() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00")
    dead(office, benefit, date(2026, 7, 20))
    office.answered(office.handed_over())
    with within(HERE):
        found, recovery = Mismatch.objects.get(), Recovery.objects.get()
        settle(mismatch=found.pk, note="they call: it was done", done=True, by=office.clerk, at=on(26))
        recovery.refresh_from_db()
    assert (recovery.overpaid, recovery.state) == (Decimal("100.00"), "cancelled")
    assert _paid(benefit, STOP) == {"2026-08": ZERO}
    assert _lines(office.drafted(STOP + 1)) == []


def test_what_a_later_run_tells_again_is_not_settled_as_done() -> None:
    office = PayOffice()
    benefit = _stopped(office)
    office.answered(office.handed_over(), f"{benefit.benefit_no},stop,refused")
    office.drafted(STOP + 1)
    with within(HERE), pytest.raises(PaymentError, match="a later run tells it again"):
        settle(mismatch=Mismatch.objects.get().pk, note="x", done=True, by=office.clerk, at=on(7, 9))


def test_an_end_that_an_officer_took_out_has_kept_nothing_back() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00")
    dead(office, benefit, date(2026, 7, 20))
    run = office.drafted()
    with within(HERE):
        line = PayLine.objects.get(run=run)
        drop_lines(run=run.pk, lines=[line.pk], version=run.version, reason="wait", by=office.clerk, at=on(6))
    run = office.handed_over(at=on(7))
    office.answered(run)
    assert _paid(benefit, STOP) == {"2026-08": Decimal("100.00")}
    with within(HERE):
        assert Recovery.objects.get().overpaid == Decimal("100.00")
    assert _lines(office.drafted(STOP + 1)) == [("end", "proposed")]


@pytest.mark.parametrize("stopped", [True, False], ids=["stopped in an emergency", "no run"])
def test_a_month_without_a_run_went_as_the_one_before(stopped: bool) -> None:
    office = PayOffice()
    benefit = _stopped(office)
    office.answered(office.handed_over(), f"{benefit.benefit_no},stop,done")
    with within(HERE):
        ref = PayFact.objects.get(benefit=benefit, what="stop").ref
        reverse(benefit=benefit.pk, hold_ref=ref, why=Reverse.WRONGFUL, reason="x", by=office.clerk, at=on(26))
    if stopped:
        run = office.drafted(STOP + 1)
        with within(HERE):
            stop(run=run.pk, version=run.version, reason="a wrong feed", by=office.reviewer, at=on(7, 9))
    assert _paid(benefit, STOP + 2) == {"2026-08": ZERO, "2026-09": ZERO}
    office.passed(benefit, STOP + 1, on(2, 10))
    run = office.handed_over(STOP + 2)
    with within(HERE):
        assert PayLine.objects.get(run=run, action="arrears").amount == Decimal("400.00")
    assert _lines(run) == [("arrears", "approved"), ("resume", "approved")]


def test_arrears_are_booked_as_they_were_told_and_what_is_owed_since_goes_out_with_the_next_run() -> None:
    office = PayOffice()
    benefit = _stopped(office, "100.00")
    number = benefit.benefit_no
    office.answered(office.handed_over(), f"{number},stop,done")
    office.answered(office.handed_over(STOP + 1))
    office.passed(benefit, STOP + 1, on(26, 9))
    run = office.handed_over(STOP + 2)
    with within(HERE):  # until the answer comes, another month turns out to be owed
        withheld = rules.Withheld("withheld:test", STOP + 2)
        write(benefit, withheld, source="test", by=office.clerk, at=on(10, 10))
    office.answered(run, f"{number},resume,done", f"{number},arrears,done")
    with within(HERE):
        totals = account_of(benefit, at=on(28, 10)).ledger.totals
    assert (totals.arrears_paid, totals.arrears_open) == (Decimal("200.00"), Decimal("100.00"))
    with within(HERE):
        assert PayLine.objects.get(run=office.drafted(STOP + 3)).parts == [["2026-10", "100.00"]]


def test_a_run_whose_month_is_over_is_neither_signed_nor_approved_nor_handed_over() -> None:
    office = PayOffice()
    benefit = _stopped(office)
    late = on(1, 9)
    run = office.drafted()
    with within(HERE):
        with pytest.raises(PaymentError, match="2026-08 is over"):
            sign(run=run.pk, version=run.version, by=office.clerk, at=late)
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        with pytest.raises(PaymentError, match="2026-08 is over"):
            approve(run=run.pk, version=run.version, by=office.reviewer, at=late)
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6))
        with pytest.raises(PaymentError, match="2026-08 is over"):
            export(run=run.pk, version=run.version, by=office.clerk, at=late)
        benefit.refresh_from_db()
    assert benefit.pay_status == "paying"


def test_a_line_taken_out_stays_out_with_its_reason_and_others_of_the_benefit_do_not() -> None:
    office = PayOffice()
    benefit = _stopped(office)
    office.answered(office.handed_over(), f"{benefit.benefit_no},stop,done")
    office.passed(benefit, STOP, on(26))
    run = office.drafted(STOP + 1)
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
        drop_lines(
            run=run.pk, lines=[line.pk], version=run.version, reason="asked to wait", by=office.clerk, at=on(6, 9)
        )
    ask(region=REGION, month=STOP + 1, by=office.clerk, at=on(7, 9))
    run = office.drafted(STOP + 1, at=on(7, 9))
    assert _lines(run) == [("arrears", "dropped"), ("resume", "proposed")]
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
    assert (line.note, line.decided_label) == ("asked to wait", office.clerk.label)


def test_one_benefit_whose_facts_contradict_each_other_is_held_and_the_others_are_drafted() -> None:
    office = PayOffice()
    odd, other = _stopped(office), _stopped(office)
    run = office.handed_over()
    office.answered(run, *(f"{each.benefit_no},stop,done" for each in (odd, other)))
    with within(HERE):
        for ref in ("twice:1", "twice:2"):
            fact = rules.Paid(ref, STOP, Decimal("1.00"))
            write(odd, fact, source="test", by=office.clerk, at=on(26))
    for each in (odd, other):
        office.passed(each, STOP, on(26))
    run = office.drafted(STOP + 1)
    with within(HERE):
        told = {
            line.benefit_id: (line.state, line.holds, line.note)
            for line in PayLine.objects.filter(run=run, action="arrears")
        }
    assert told == {
        odd.pk: ("held", "contradicted", "2026-08 is reported as paid twice, by twice:1 and by twice:2."),
        other.pk: ("proposed", "", ""),
    }


def test_an_approval_of_none_or_of_a_line_that_is_gone_is_refused() -> None:
    office = PayOffice()
    _stopped(office)
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        for lines in ([], [0]):
            with pytest.raises(PaymentError, match="none is chosen"):
                approve(run=run.pk, version=run.version, lines=lines, by=office.reviewer, at=on(6))
        assert not PayLine.objects.filter(state="approved").exists()


def test_arrears_of_somebody_who_came_suspended_go_out_once_two_officers_say_since_when() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 15, amount="100.00", pay_status="suspended", suspend_reason="no_proof_of_life")
    number = benefit.benefit_no
    office.passed(benefit, STOP - 1, on(2))
    run = office.handed_over()
    with within(HERE):
        assert PayLine.objects.get(run=run, action="arrears").holds == "unknown_since"
    office.answered(run, f"{number},resume,done")
    said: dict[str, Any] = {"benefit": benefit.pk, "at": on(26)}
    both = replace(office.clerk, permits=(*office.clerk.permits, *office.reviewer.permits))
    with within(HERE):
        with pytest.raises(PaymentError, match="outside the benefit"):
            say_since(**said, month=STOP, paper="list 7", by=office.clerk)
        with pytest.raises(PaymentError, match="Name the paper"):
            say_since(**said, month=STOP - 2, paper=" ", by=office.clerk)
        say_since(**said, month=STOP - 2, paper="list 7", by=office.clerk)
        with pytest.raises(NotAllowedError):
            approve_since(**said, month=STOP - 2, by=office.clerk)
        with pytest.raises(SamePersonError):
            approve_since(**said, month=STOP - 2, by=both)
        with pytest.raises(PaymentError, match="not what was proposed"):
            approve_since(**said, month=STOP - 3, by=office.reviewer)
        approve_since(**said, month=STOP - 2, by=office.reviewer)
        with pytest.raises(PaymentError, match="Our records say"):
            approve_since(**said, month=STOP - 2, by=office.reviewer)
    run = office.handed_over(STOP + 1)
    with within(HERE):
        line = PayLine.objects.get(run=run)
    assert (line.action, line.parts) == ("arrears", [["2026-06", "100.00"], ["2026-07", "100.00"]])
    office.answered(run, f"{number},arrears,done")
    with within(HERE):
        totals = account_of(benefit, at=on(28, 9)).ledger.totals
    assert (totals.arrears_paid, totals.arrears_open, totals.overpaid) == (Decimal("200.00"), ZERO, ZERO)
