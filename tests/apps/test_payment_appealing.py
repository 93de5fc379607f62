"""Appeals and pay: restored at once, made whole when upheld, and stopped again by two officers alone (platform.md)."""

from datetime import date
from decimal import Decimal

import pytest

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, machine
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError
from anling.casework.models import Appeal, Finding, Outcome, SourceVerdict
from anling.notices.models import Notice
from anling.payment.effects.appealing import decide_appeal, receive_appeal
from anling.payment.models import PayLine, PayRun, Recovery
from anling.payment.runs.exporting import export
from anling.payment.runs.running import approve, sign
from anling.roster.models import Benefit
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.settled import approved, dead, found

pytestmark = pytest.mark.usefixtures("db")


def _judge() -> Actor:
    return actor_of(officer("judge", Role.REVIEWER, REGION), date(2026, 7, 1))


def _received(office: PayOffice, benefit: Benefit, *, by: Actor | None = None, day: int = 20, month: int = 8) -> Appeal:
    way = Appeal.Way.PAGE if by else Appeal.Way.COUNTER
    with within(HERE):
        return receive_appeal(
            person=benefit.person_id, region=REGION, contested=Contested(way, "I live.", "020"),
            by=by or office.clerk, at=on(day, month),
        )  # fmt: skip


def _decided(appeal: Appeal, *, upheld: bool, day: int = 22, month: int = 8) -> Appeal:
    with within(HERE):
        return decide_appeal(appeal=appeal.pk, upheld=upheld, answer="looked into", by=_judge(), at=on(day, month))


def _status(benefit: Benefit) -> str:
    with within(HERE):
        benefit.refresh_from_db()
    return benefit.pay_status


def _lines(run: PayRun) -> dict[str, Decimal | None]:
    with within(HERE):
        return {row.action: row.amount for row in PayLine.objects.filter(run=run)}


def test_marked_dead_an_appeal_restores_pay_at_once_and_upheld_brings_apology_and_verdict() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="187.65")
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 6, 20))
    with within(HERE):
        Finding.objects.filter(pk=finding.pk).update(verdicts=[["police_death", "b1", "r1", "confirmed"]])
    approved(office, finding)
    office.handed_over()
    appeal = _received(office, benefit, by=machine("recipients' page"))
    assert appeal.restored_at is not None
    assert _status(benefit) == "paying"
    with within(HERE):
        assert Recovery.objects.get(benefit=benefit).state == "cancelled"
        assert not Notice.objects.filter(kind="apology").exists()
    _decided(appeal, upheld=True)
    with within(HERE):
        assert Notice.objects.filter(benefit=benefit, kind="apology").count() == 1
        assert SourceVerdict.objects.get().verdict == "refuted"
    assert _lines(office.drafted(STOP + 1)) == {"resume": None, "arrears": Decimal("187.65")}


def test_lost_pay_goes_on_until_two_officers_find_anew() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00")
    dead(office, benefit, date(2026, 6, 20))
    office.handed_over()
    appeal = _received(office, benefit)
    _decided(appeal, upheld=False)
    assert _status(benefit) == "paying"
    with within(HERE):
        case = appeal.case
        assert case is not None
        case.refresh_from_db()
    assert (case.state, case.kind, case.priority) == ("open", "appeal", 1)
    dead(office, benefit, date(2026, 6, 20), on(25))
    assert _status(benefit) == "ended"
    with within(HERE):
        amounts = sorted((row.state, row.overpaid) for row in Recovery.objects.filter(benefit=benefit))
    assert amounts == [("cancelled", Decimal("100.00")), ("open", Decimal("100.00"))]


def test_in_custody_pay_runs_again_at_once_and_what_was_withheld_is_owed_only_when_upheld() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00")
    approved(office, found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 4, 2), until=date(2028, 1, 1)))
    office.handed_over()
    office.handed_over(STOP + 1)
    appeal = _received(office, benefit, month=9)
    assert _status(benefit) == "paying"
    assert _lines(office.drafted(STOP + 2)) == {"resume": None}
    _decided(appeal, upheld=True, month=9)
    assert _lines(office.drafted(STOP + 2)) == {"resume": None, "arrears": Decimal("200.00")}


def test_while_an_appeal_is_open_nobody_is_stopped() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    office.handed_over()
    _received(office, benefit)
    run = office.drafted(STOP + 1)
    with within(HERE):
        lines = {(row.action, row.state): row.holds for row in PayLine.objects.filter(run=run)}
    assert lines[("resume", "proposed")] == ""
    assert ("stop", "proposed") not in lines
    assert lines[("arrears", "proposed")] == ""


def test_a_stop_that_was_approved_waits_when_its_person_objects_and_pay_goes_on() -> None:
    office = PayOffice()
    benefit, other = office.benefit(), office.benefit()
    office.warned(benefit)
    office.warned(other)
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(7))
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=on(7))
    _received(office, benefit, day=8)
    with within(HERE):
        run = export(run=run.pk, version=run.version + 1, by=office.clerk, at=on(9))
        lines = {row.benefit_id: (row.state, row.holds) for row in PayLine.objects.filter(run=run)}
    assert lines == {benefit.pk: ("held", "held_appeal"), other.pk: ("approved", "")}
    assert (_status(benefit), _status(other)) == ("paying", "suspended")


def test_whoever_objects_reads_that_it_came_in_until_when_it_is_answered_and_the_outcome() -> None:
    office = PayOffice()
    benefit = office.benefit(phone="13800000001")
    appeal = _received(office, benefit, by=machine("recipients' page"), day=3)
    _decided(appeal, upheld=False, day=5)
    with within(HERE):
        told = [(row.values.get("received"), row.values.get("outcome")) for row in Notice.objects.order_by("id")]
    assert told == [("2026-08-03", None), (None, "dismissed")]


def test_whoever_signed_or_approved_the_run_that_stopped_pay_does_not_decide_the_appeal_against_it() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    office.handed_over()
    appeal = _received(office, benefit)
    with within(HERE), pytest.raises(CaseError, match="took part"):
        decide_appeal(appeal=appeal.pk, upheld=True, answer="fine", by=office.reviewer, at=on(22))
    assert _decided(appeal, upheld=True).state == "upheld"
