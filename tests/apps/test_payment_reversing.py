"""A wrongful stop or end undone in one act: pay, arrears, apology, source, recoveries; to the cent (domain.md 1)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from anling.access.errors import NotAllowedError
from anling.audit.scope import within
from anling.casework.models import Finding, Outcome, SourceVerdict
from anling.notices.models import Notice
from anling.payment.accounts.ledgers import account_of, write
from anling.payment.effects.reversing import Undoing, preview, reverse
from anling.payment.errors import PaymentError
from anling.payment.models import PayFact, PayLine, PayRun, Recovery
from anling.payment.runs.acknowledging import acknowledge
from anling.payment.runs.running import approve, sign
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.ledger import Reverse
from anling.rules.money import ZERO
from anling.rules.months import Month
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.platform import clerk
from tests.support.settled import approved, dead, found

pytestmark = pytest.mark.usefixtures("db")


def _undone(office: PayOffice, benefit: Benefit, day: int = 20, month: int = 8) -> Undoing:
    with within(HERE):
        ref = PayFact.objects.filter(benefit=benefit, what__in=("stop", "end")).latest("id").ref
        return reverse(
            benefit=benefit.pk, hold_ref=ref, why=Reverse.WRONGFUL, reason="she came in person", by=office.clerk,
            at=on(day, month),
        )  # fmt: skip


def _lines(run: PayRun) -> dict[str, tuple[str, Decimal | None]]:
    with within(HERE):
        return {row.action: (row.state, row.amount) for row in PayLine.objects.filter(run=run)}


def _status(benefit: Benefit) -> str:
    with within(HERE):
        benefit.refresh_from_db()
    return benefit.pay_status


def test_wrongly_marked_dead_is_paid_again_with_every_month_an_apology_and_the_source_told() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="187.65")
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 7, 20))
    with within(HERE):
        Finding.objects.filter(pk=finding.pk).update(verdicts=[["police_death", "b1", "r1", "confirmed"]])
    approved(office, finding)
    office.handed_over()
    office.handed_over(STOP + 1)
    with within(HERE):
        shown = preview(benefit=benefit.pk, hold_ref=f"death:finding:{finding.pk}", why=Reverse.WRONGFUL, at=on(20, 9))
        assert PayFact.objects.filter(benefit=benefit).count() == 1
    done = _undone(office, benefit, 20, 9)
    assert done.amount == shown.amount == Decimal("375.30")
    assert (done.resume, [row.month for row in done.arrears]) == (STOP + 2, [STOP, STOP + 1])
    assert _status(benefit) == "paying"
    with within(HERE):
        notice = Notice.objects.get(benefit=benefit, kind="apology")
        verdict = SourceVerdict.objects.get()
    assert {**notice.values, "hotline": ""} == {
        "hotline": "",
        "stop": "2026-08",
        "resume": "2026-10",
        "arrears": "375.30",
    }
    assert (verdict.verdict, verdict.why) == ("refuted", "source_error")
    run = office.handed_over(STOP + 2)
    assert _lines(run) == {"resume": ("approved", None), "arrears": ("approved", Decimal("375.30"))}
    answer = f"benefit_no,action,result\n{benefit.benefit_no},resume,done\n{benefit.benefit_no},arrears,done\n"
    with within(HERE):
        acknowledge(run=run.pk, version=run.version, file_name="a.csv", file=BytesIO(answer.encode()), by=office.clerk,
                    at=on(25, 10))  # fmt: skip
        totals = account_of(benefit, at=on(25, 10)).ledger.totals
    assert (totals.arrears_open, totals.overpaid, totals.paid + totals.arrears_paid) == (ZERO, ZERO, totals.due)
    assert _lines(office.drafted(STOP + 3)) == {}


def test_undone_before_the_run_is_handed_over_nobody_misses_a_month() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    dead(office, benefit, date(2026, 7, 20))
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6))
    done = _undone(office, benefit, 6)
    assert (done.never_withheld, done.amount) == (True, ZERO)
    assert _lines(run) == {"end": ("dropped", None)}
    assert _status(benefit) == "paying"
    with within(HERE):
        totals = account_of(benefit, at=on(2, 9)).ledger.totals
    assert (totals.arrears_open, totals.overpaid) == (ZERO, ZERO)
    assert _lines(office.drafted(STOP + 1, on(6, 9))) == {}


def test_a_stop_for_want_of_certification_that_was_wrong_is_undone_too() -> None:
    office = PayOffice()
    benefit = office.benefit(amount="99.99")
    office.warned(benefit)
    office.handed_over()
    done = _undone(office, benefit, 20)
    assert (done.resume, done.amount) == (STOP + 1, Decimal("99.99"))
    office.passed(benefit, STOP, on(21))
    assert _lines(office.drafted(STOP + 1)) == {
        "resume": ("proposed", None), "arrears": ("proposed", Decimal("99.99")),
    }  # fmt: skip


def test_the_recovery_of_that_cause_is_cancelled_and_what_came_back_is_to_be_returned() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    dead(office, benefit, date(2026, 5, 20))
    with within(HERE):
        recovery = Recovery.objects.get(benefit=benefit)
        back = rules.Recovered("recovered:1", date(2026, 8, 5), Decimal("150.00"), rules.Recovery.ORDER)
        write(benefit, back, source=f"recovery:{recovery.pk}", by=office.clerk, at=on(5))
    done = _undone(office, benefit, 6)
    with within(HERE):
        recovery.refresh_from_db()
        totals = account_of(benefit, at=on(6)).ledger.totals
    assert (done.to_return, recovery.state) == (Decimal("150.00"), "cancelled")
    assert (totals.overpaid, totals.outstanding, totals.to_return) == (ZERO, ZERO, Decimal("150.00"))


def test_it_is_undone_once_with_a_reason_and_by_somebody_of_the_region() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = dead(office, benefit, date(2026, 7, 20))
    ref, stranger = f"death:finding:{finding.pk}", clerk("440106", "elsewhere")
    with within(HERE):
        with pytest.raises(PaymentError, match="Say why"):
            reverse(benefit=benefit.pk, hold_ref=ref, why=Reverse.WRONGFUL, reason=" ", by=office.clerk, at=on(6))
        with pytest.raises(NotAllowedError):
            reverse(benefit=benefit.pk, hold_ref=ref, why=Reverse.WRONGFUL, reason="x", by=stranger, at=on(6))
        with pytest.raises(PaymentError, match="declaration"):
            reverse(benefit=benefit.pk, hold_ref=ref, why=Reverse.DECLARATION_REVOKED, reason="x", by=office.clerk,
                    at=on(6))  # fmt: skip
    _undone(office, benefit, 6)
    with pytest.raises(PaymentError, match="any more"):
        _undone(office, benefit, 7)
    with within(HERE):
        assert PayFact.objects.filter(what="reversal").count() == 1


def test_an_end_undone_after_an_earlier_stop_owes_all_that_the_stop_withheld() -> None:
    office = PayOffice()
    benefit = office.benefit(amount="100.00")
    office.warned(benefit)
    office.handed_over()
    office.handed_over(STOP + 1)
    dead(office, benefit, date(2026, 7, 2), on(2, 10))
    done = _undone(office, benefit, 3, 10)
    assert done.resume == Month.of(2026, 10)
    assert _status(benefit) == "suspended"
