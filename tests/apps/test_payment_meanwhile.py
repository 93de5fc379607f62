"""What comes in while a run is on its way: it counts, and outweighs what was signed (domain.md 1)."""

from datetime import date

import pytest

from anling.audit.scope import within
from anling.casework.models import Outcome
from anling.notices.models import Notice
from anling.payment.errors import PaymentError
from anling.payment.models import PayLine, PayRun
from anling.payment.runs.exporting import export
from anling.payment.runs.running import approve, put_lines, return_, sign
from anling.rules.money import ZERO
from anling.rules.months import Month
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.settled import approved, dead, found, lines_of, status_of, totals_of

pytestmark = pytest.mark.usefixtures("db")


def _approved_run(office: PayOffice, month: Month = STOP) -> PayRun:
    run = office.drafted(month)
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(7, month.month))
        return approve(run=run.pk, version=run.version, by=office.reviewer, at=on(7, month.month))


def _exported(office: PayOffice, run: PayRun, day: int) -> PayRun:
    with within(HERE):
        version = PayRun.objects.get(pk=run.pk).version
        return export(run=run.pk, version=version, by=office.clerk, at=on(day, run.month.month))


def test_custody_that_is_found_after_a_resumption_was_approved_keeps_pay_stopped_and_arrears_waiting() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    office.handed_over()
    office.passed(benefit, STOP, on(20))
    run = _approved_run(office, STOP + 1)
    assert [line[:2] for line in lines_of(run)] == [("arrears", "approved"), ("resume", "approved")]
    custody = found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 9, 2), until=date(2028, 1, 1), at=on(8, 9))
    approved(office, custody, on(8, 9))
    assert [line[:2] for line in lines_of(run)] == [("arrears", "dropped"), ("resume", "dropped")]
    _exported(office, run, 9)
    assert status_of(benefit) == ("suspended", "sentenced")
    assert totals_of(benefit, 9).arrears_paid == ZERO


def test_a_resumption_that_custody_outweighs_is_not_put_back_into_a_run_that_is_returned() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    office.handed_over()
    office.passed(benefit, STOP, on(20))
    run = office.drafted(STOP + 1)
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(7, 9))
    custody = found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 9, 2), until=date(2028, 1, 1), at=on(8, 9))
    approved(office, custody, on(8, 9))
    with within(HERE):
        version = PayRun.objects.get(pk=run.pk).version
        run = return_(run=run.pk, version=version, reason="look again", by=office.reviewer, at=on(9, 9))
        line = PayLine.objects.get(run=run, action="resume")
        with pytest.raises(PaymentError, match="cannot be moved"):
            put_lines(run=run.pk, version=run.version, lines=[line.pk], reason="back", by=office.clerk, at=on(9, 9))


def test_a_death_that_is_found_after_a_stop_was_approved_ends_pay_and_nobody_is_asked_to_confirm() -> None:
    office = PayOffice()
    benefit = office.benefit(phone="13800000001")
    office.warned(benefit)
    run = _approved_run(office)
    dead(office, benefit, date(2026, 8, 1), on(8))
    _exported(office, run, 9)
    assert status_of(benefit) == ("ended", "death")
    with within(HERE):
        assert not Notice.objects.filter(benefit=benefit, kind="suspension").exists()
    later = office.handed_over(STOP + 1)
    assert lines_of(later) == [("end", "approved", "death")]
    assert status_of(benefit) == ("ended", "death")
