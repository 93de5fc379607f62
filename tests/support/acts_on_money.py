"""The acts that span casework and pay, and those of recoveries. See acts.py."""

from datetime import date
from decimal import Decimal

from anling.audit.scope import within
from anling.audit.values import Actor
from anling.casework import terms
from anling.casework.appeals import Contested
from anling.casework.models import Appeal, Outcome
from anling.payment.debts import recovering
from anling.payment.debts.recovering import Plan
from anling.payment.effects import appealing, earlier, reversing, settling
from anling.payment.forecasts import ahead, forecasting, handing_out
from anling.payment.models import Recovery
from anling.payment.runs import running
from anling.roster.models import Benefit
from anling.rules.ledger import Reverse
from tests.support.acts_kept import Act, act
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.settled import approved, dead, found


def _paid() -> tuple[PayOffice, Benefit]:
    office = PayOffice()
    return office, office.benefit(base=STOP - 3)


def _owed(*, ordered: bool = False) -> tuple[PayOffice, Recovery]:
    office, benefit = _paid()
    dead(office, benefit, date(2026, 5, 20))
    with within(HERE):
        recovery = Recovery.objects.get(benefit=benefit)
        if ordered:
            recovery = recovering.order(recovery=recovery.pk, version=1, plan=Plan(), by=office.clerk, at=on(7))
            recovery = recovering.approve_order(recovery=recovery.pk, version=2, by=office.reviewer, at=on(7))
    return office, recovery


@act("payment.approve_finding")
def _settle() -> Act:
    office, benefit = _paid()
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 5, 20))
    return lambda: approved(office, finding)


@act("payment.lift")
def _lift() -> Act:
    office, benefit = _paid()
    approved(office, found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 7, 2)))
    free = found(office, benefit, Outcome.ALIVE, day=date(2026, 8, 4), way="visit", at=on(5))

    def perform() -> None:
        with within(HERE):
            settling.lift(finding=free.pk, condition_met=True, note="papers", by=office.reviewer, at=on(6))

    return perform


@act("casework.ask_after_terms")
def _ask_after_terms() -> Act:
    office, benefit = _paid()
    approved(office, found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 7, 2), until=date(2026, 9, 30)))
    return lambda: terms.ask_after_terms(region=REGION, by=terms.calendar(), at=on(1, 10))


@act("payment.reverse")
def _reverse() -> Act:
    office, benefit = _paid()
    ref = f"death:finding:{dead(office, benefit, date(2026, 5, 20)).pk}"

    def perform() -> None:
        with within(HERE):
            reversing.reverse(benefit=benefit.pk, hold_ref=ref, why=Reverse.WRONGFUL, reason="lives", by=office.clerk,
                              at=on(6))  # fmt: skip

    return perform


def _suspended_before() -> tuple[PayOffice, Benefit]:
    office = PayOffice()
    return office, office.benefit(pay_status="suspended", suspend_reason="no_proof_of_life")


@act("payment.say_since")
def _say_since() -> Act:
    office, benefit = _suspended_before()

    def perform() -> None:
        with within(HERE):
            earlier.say_since(benefit=benefit.pk, month=STOP - 3, paper="list 7", by=office.clerk, at=on(6))

    return perform


@act("payment.approve_since")
def _approve_since() -> Act:
    office, benefit = _suspended_before()
    with within(HERE):
        earlier.say_since(benefit=benefit.pk, month=STOP - 3, paper="list 7", by=office.clerk, at=on(6))

    def perform() -> None:
        with within(HERE):
            earlier.approve_since(benefit=benefit.pk, month=STOP - 3, by=office.reviewer, at=on(6))

    return perform


def _appeal(office: PayOffice, benefit: Benefit) -> Appeal:
    with within(HERE):
        return appealing.receive_appeal(
            person=benefit.person_id, region=REGION, contested=Contested(Appeal.Way.COUNTER, "I live."),
            by=office.clerk, at=on(6),
        )  # fmt: skip


@act("payment.receive_appeal")
def _receive_appeal() -> Act:
    office, benefit = _paid()
    dead(office, benefit, date(2026, 5, 20))
    return lambda: _appeal(office, benefit)


@act("payment.decide_appeal")
def _decide_appeal() -> Act:
    office, benefit = _paid()
    appeal = _appeal(office, benefit)

    def perform() -> None:
        with within(HERE):
            appealing.decide_appeal(appeal=appeal.pk, upheld=True, answer="yes", by=office.reviewer, at=on(7))

    return perform


@act("payment.order")
def _order() -> Act:
    office, recovery = _owed()

    def perform() -> None:
        with within(HERE):
            recovering.order(recovery=recovery.pk, version=1, plan=Plan(), by=office.clerk, at=on(7))

    return perform


@act("payment.approve_order")
def _approve_order() -> Act:
    office, recovery = _owed()
    with within(HERE):
        recovering.order(recovery=recovery.pk, version=1, plan=Plan(), by=office.clerk, at=on(7))

    def perform() -> None:
        with within(HERE):
            recovering.approve_order(recovery=recovery.pk, version=2, by=office.reviewer, at=on(7))

    return perform


@act("payment.receive")
def _receive() -> Act:
    office, recovery = _owed(ordered=True)

    def perform() -> None:
        with within(HERE):
            recovering.receive(recovery=recovery.pk, version=3, amount=Decimal("1.00"), day=date(2026, 8, 7),
                               receipt="S1", by=office.clerk, at=on(8))  # fmt: skip

    return perform


def _ask(recovery: Recovery, by: Actor) -> None:
    with within(HERE):
        recovering.ask_waiver(recovery=recovery.pk, version=1, amount=Decimal("1.00"), reason="poor", by=by, at=on(8))


@act("payment.ask_waiver")
def _ask_waiver() -> Act:
    office, recovery = _owed()
    return lambda: _ask(recovery, office.clerk)


@act("payment.approve_waiver")
def _approve_waiver() -> Act:
    office, recovery = _owed()
    _ask(recovery, office.clerk)

    def perform() -> None:
        with within(HERE):
            recovering.approve_waiver(recovery=recovery.pk, version=2, by=office.reviewer, at=on(8))

    return perform


@act("payment.charge_fraud")
def _charge() -> Act:
    office, recovery = _owed()

    def perform() -> None:
        with within(HERE):
            recovering.charge_fraud(recovery=recovery.pk, version=1, reason="forged", by=office.reviewer, at=on(8))

    return perform


@act("payment.give_back")
def _give_back() -> Act:
    office, recovery = _owed(ordered=True)
    with within(HERE):
        recovering.receive(recovery=recovery.pk, version=3, amount=Decimal("1.00"), day=date(2026, 8, 7),
                           receipt="S1", by=office.clerk, at=on(8))  # fmt: skip
        reversing.reverse(benefit=recovery.benefit_id, hold_ref=f"death:{recovery.source}",
                          why=Reverse.WRONGFUL, reason="lives", by=office.clerk, at=on(8))  # fmt: skip

    def perform() -> None:
        with within(HERE):
            recovering.give_back(recovery=recovery.pk, version=4, amount=Decimal("1.00"), day=date(2026, 8, 8),
                                 receipt="R1", by=office.reviewer, at=on(9))  # fmt: skip

    return perform


@act("payment.ask_forecast")
def _ask_forecast() -> Act:
    office = PayOffice()
    return lambda: forecasting.ask_forecast(region=REGION, by=office.clerk, at=on(6))


@act("payment.forecast")
def _forecast() -> Act:
    office, _benefit = _paid()
    return lambda: forecasting.forecast(region=REGION, by=office.clerk, at=on(6))


@act("payment.note_forecast_taken")
def _note_forecast_taken() -> Act:
    office, _benefit = _paid()
    made = forecasting.forecast(region=REGION, by=office.clerk, at=on(6))

    def perform() -> None:
        with within(HERE):
            running.note_forecast_taken(
                forecast=made, filters={}, rows=1, content_hash="0" * 64, by=office.clerk, at=on(7)
            )

    return perform


@act("payment.hand_out")
def _hand_out() -> Act:
    office = PayOffice()
    office.benefit(base=STOP - 12)
    made = forecasting.forecast(region=REGION, by=office.clerk, at=on(6))

    def perform() -> None:
        with within(HERE):
            handing_out.hand_out(
                forecast=made, wanted=ahead.Wanted(), to=office.clerk.key, note="call them", by=office.clerk, at=on(7)
            )

    return perform
