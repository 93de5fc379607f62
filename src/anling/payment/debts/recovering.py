"""What was paid although nothing was due comes back: by order, in instalments, or kept back (art. 46).

One officer proposes and another approves: the order with its plan, and a waiver. What is overpaid, recovered, waived
and outstanding is reckoned from the facts of pay; a recovery keeps only how it is gone about.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Actor, ActorKind, Scope
from anling.payment.accounts.ledgers import account_of, write
from anling.payment.debts.owing import LIVE, RUNNING
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import PayFact, Recovery
from anling.payment.wording import RECOVERY_STATES
from anling.policy import load
from anling.roster.models import Benefit, PayStatus
from anling.rules import ledger as rules
from anling.rules.evidence import Scheme
from anling.rules.ledger import Totals
from anling.rules.money import ZERO, MonthAmount, check_yuan, instalments
from anling.rules.months import Month

State = Recovery.State


@dataclass(frozen=True, slots=True)
class Plan:
    """How the money is to come back: one sum, or so many months from one on; offset: kept back from what, or ''.

    payer: the benefit from whose pay it is kept back, of the same person and region; the one overpaid where None.
    """

    months: int = 1
    first: Month | None = None
    offset: str = ""
    payer: int | None = None


def totals(recovery: Recovery, *, at: datetime) -> Totals:
    """overpaid = recovered + waived + outstanding, of the benefit. Raises PaymentError, LedgerError."""
    return account_of(recovery.benefit, at=at).ledger.totals


def planned(recovery: Recovery, plan: Plan, *, at: datetime) -> tuple[MonthAmount, ...]:
    """The instalments of a plan, none for one sum. Raises PaymentError with the field at fault."""
    outstanding = totals(recovery, at=at).outstanding
    if not outstanding:
        raise PaymentError(gettext("Nothing is outstanding any more."))
    if plan.months == 1 and not plan.first:
        return ()
    today = timezone.localdate(at)
    rule = load().payment_rule(Scheme(recovery.benefit.scheme), recovery.region, today)
    if plan.first is not None and plan.first < Month.of_date(today):
        raise PaymentError(gettext("The first instalment lies in a month that is over."), "first")
    try:
        return instalments(
            outstanding, plan.months, plan.first or Month.of_date(today) + 1, rule.instalment_months
        )  # fmt: skip
    except ValueError as error:
        said = {"months": rule.instalment_months}
        raise PaymentError(
            gettext("Instalments run over 1 to %(months)s months, of at least one cent each.") % said, "months"
        ) from error


def order(*, recovery: int, version: int, plan: Plan, by: Actor, at: datetime) -> Recovery:
    """Propose the order to repay, with its plan; also anew, where another plan is agreed. Raises PaymentError."""
    with _changing(recovery, version, Act.SIGN_PAY, by, LIVE) as found:
        if plan.offset and plan.offset not in Recovery.Offset.values:
            raise PaymentError(gettext("Money is kept back from arrears, from pay, or from both."), "offset")
        found.plan = [[str(part.month), str(part.amount)] for part in planned(found, plan, at=at)]
        if plan.offset in (Recovery.Offset.PAY, Recovery.Offset.BOTH) and not found.plan:
            raise PaymentError(
                gettext("Keep back from pay in instalments, so that something to live on is left."), "offset"
            )
        found.payer = _payer(found, plan)
        found.offset, found.state = plan.offset, State.OPEN
        found.proposer, found.proposer_label = by.key, by.label
        found.approver, found.approver_label, found.ordered_at = "", "", None
        record(
            Kind.RECOVERY_PLANNED, by=by, at=at, on=subject(found),
            after={"instalments": len(found.plan) or 1, "offset": found.offset,
                   "payer": found.payer.benefit_no if found.payer else ""},
        )  # fmt: skip
    return found


def approve_order(*, recovery: int, version: int, by: Actor, at: datetime) -> Recovery:
    """Another officer approves the order; from then on it may be sent. Raises SamePersonError, PaymentError."""
    with _changing(recovery, version, Act.APPROVE_PAY, by, (State.OPEN,)) as found:
        if not found.proposer:
            raise PaymentError(gettext("Nobody has proposed an order yet."))
        _another(by, found.proposer)
        found.approver, found.approver_label, found.ordered_at = by.key, by.label, at
        found.state = State.AGREED if found.plan else State.ORDERED
        found.order_no = found.order_no or f"{timezone.localdate(at):%Y}-{found.pk:06d}"
        record(
            Kind.RECOVERY_ORDERED, by=by, at=at, on=subject(found),
            after={"order": found.order_no, "state": found.state},
        )  # fmt: skip
    return found


def receive(
    *, recovery: int, version: int, amount: Decimal, day: date, receipt: str, by: Actor, at: datetime
) -> Recovery:  # fmt: skip
    """Money came in. receipt: number of the bank's or cashier's slip, which counts once. Raises PaymentError."""
    if not receipt.strip():
        raise PaymentError(gettext("Give the number of the slip, so that no payment counts twice."), "receipt")
    if day > timezone.localdate(at):
        raise PaymentError(gettext("The day is still to come."), "day")
    with _changing(recovery, version, Act.SIGN_PAY, by, RUNNING) as found:
        ref = f"recovered:{receipt.strip()}"[:80]
        if PayFact.objects.filter(benefit=found.benefit_id, ref=ref).exists():
            raise PaymentError(gettext("A payment with this slip is recorded already."), "receipt")
        _yuan(amount, totals(found, at=at).outstanding)
        means = rules.Recovery.INSTALMENT if found.plan else rules.Recovery.ORDER
        fact = rules.Recovered(ref, day, amount, means)
        write(found.benefit, fact, source=f"recovery:{recovery}", by=by, at=at)
        end_if_settled(found, at)
        record(Kind.RECOVERY_RECEIVED, by=by, at=at, on=subject(found), after={"amount": str(amount), "slip": receipt})
    return found


def ask_waiver(*, recovery: int, version: int, amount: Decimal, reason: str, by: Actor, at: datetime) -> Recovery:
    """Propose not to recover up to an amount. Raises PaymentError, NotAllowedError."""
    if not reason.strip():
        raise PaymentError(gettext("Say why."), "reason")
    with _changing(recovery, version, Act.SIGN_PAY, by, LIVE) as found:
        _yuan(amount, totals(found, at=at).outstanding)
        found.waiver_amount, found.waiver_reason = amount, reason.strip()
        found.waiver_proposer, found.waiver_proposer_label, found.waiver_approver = by.key, by.label, ""
        record(
            Kind.RECOVERY_WAIVED, by=by, at=at, on=subject(found), reason=reason.strip(),
            after={"asked": str(amount)},
        )  # fmt: skip
    return found


def approve_waiver(*, recovery: int, version: int, by: Actor, at: datetime) -> Recovery:
    """Another officer waives what was asked for. Raises SamePersonError, PaymentError, NotAllowedError."""
    with _changing(recovery, version, Act.APPROVE_PAY, by, LIVE) as found:
        amount = found.waiver_amount
        if amount is None:
            raise PaymentError(gettext("Nobody has asked for a waiver."))
        _another(by, found.waiver_proposer)
        _yuan(amount, totals(found, at=at).outstanding)
        fact = rules.Waived(f"waived:{recovery}:{version}", timezone.localdate(at), amount)
        write(found.benefit, fact, source=f"recovery:{recovery}", by=by, at=at)
        found.waiver_approver, found.waiver_amount = by.key, None
        end_if_settled(found, at)
        record(
            Kind.RECOVERY_WAIVED, by=by, at=at, on=subject(found), reason=found.waiver_reason,
            after={"waived": str(amount)},
        )  # fmt: skip
    return found


def give_back(
    *, recovery: int, version: int, amount: Decimal, day: date, receipt: str, by: Actor, at: datetime
) -> Recovery:  # fmt: skip
    """Money was given back that had been recovered without right. Whoever took it in does not give it back."""
    if not receipt.strip():
        raise PaymentError(gettext("Give the number of the slip, so that no payment counts twice."), "receipt")
    with _changing(recovery, version, Act.APPROVE_PAY, by, State.values) as found:
        facts = PayFact.objects.filter(benefit=found.benefit_id)
        if facts.filter(what=PayFact.What.RECOVERED, doer=by.key).exists():
            raise SamePersonError(gettext("You recorded that this money came in; another officer gives it back."))
        ref = f"returned:{receipt.strip()}"[:80]
        if facts.filter(ref=ref).exists():
            raise PaymentError(gettext("A payment with this slip is recorded already."), "receipt")
        _yuan(amount, totals(found, at=at).to_return)
        write(found.benefit, rules.Returned(ref, day, amount), source=f"recovery:{recovery}", by=by, at=at)
        record(Kind.MONEY_RETURNED, by=by, at=at, on=subject(found), after={"amount": str(amount), "slip": receipt})
    return found


def charge_fraud(*, recovery: int, version: int, reason: str, by: Actor, at: datetime) -> Recovery:
    """An officer with that permission says that it was fraud: never automatic; its order is proposed anew."""
    if not reason.strip():
        raise PaymentError(gettext("Say on what this rests."), "reason")
    with _changing(recovery, version, Act.CHARGE_FRAUD, by, LIVE) as found:
        found.kind, found.state = Recovery.Kind.FRAUD, State.OPEN
        found.proposer, found.proposer_label, found.approver, found.approver_label = "", "", "", ""
        record(Kind.RECOVERY_CHARGED, by=by, at=at, on=subject(found), reason=reason.strip())
    return found


def end_if_settled(found: Recovery, at: datetime) -> None:
    """A recovery is over when nothing is outstanding; saved by the caller."""
    if totals(found, at=at).outstanding == ZERO:
        found.state, found.ended_at = State.SETTLED, at


def subject(found: Recovery) -> Subject:
    """A recovery as the trail names it."""
    return Subject("recovery", str(found.pk), found.region)


@contextmanager
def _changing(
    recovery: int, version: int, act: Act, by: Actor, states: tuple[str, ...] | list[str]
) -> Iterator[Recovery]:
    scope.current()
    known = Recovery.objects.filter(pk=recovery).first()
    if known is None:
        raise PaymentError(gettext("There is no such recovery in your region."))
    require(by, act, known.region)
    if by.kind is not ActorKind.OFFICER:
        raise PaymentError(gettext("Only an officer, by name, may do this."))
    with within(Scope(known.region)):
        benefit = Benefit.objects.select_for_update().get(pk=known.benefit_id)
        found = Recovery.objects.select_for_update().get(pk=recovery)
        if found.version != version:
            raise PaymentError(gettext("Somebody else has changed the recovery meanwhile; read the page again."))
        if found.state not in states:
            said = {"state": RECOVERY_STATES[found.state]}
            raise PaymentError(gettext("The recovery is %(state)s; this can no longer be done with it.") % said)
        found.benefit = benefit
        found.version += 1
        yield found
        found.save()


def payers(found: Recovery) -> list[Benefit]:
    """The benefits in pay from which an overpayment may be kept back: of the same person, in the same region."""
    rows = Benefit.objects.filter(person=found.person_id, region=found.region, pay_status=PayStatus.PAYING)
    return list(rows.order_by("pk"))


def _payer(found: Recovery, plan: Plan) -> Benefit | None:
    if plan.offset not in (Recovery.Offset.PAY, Recovery.Offset.BOTH):
        return None
    for each in payers(found):
        if each.pk == (plan.payer or found.benefit_id):
            return each
    raise PaymentError(
        gettext("That benefit is not in pay; choose another of the same person, if there is one."), "payer"
    )


def _another(by: Actor, proposer: str) -> None:
    if by.key == proposer:
        raise SamePersonError(gettext("Nobody approves what they proposed; ask another officer."))


def _yuan(amount: Decimal, most: Decimal) -> None:
    try:
        check_yuan(amount, Decimal("0.01"))
    except ValueError as error:
        raise PaymentError(gettext("Write an amount in yuan with at most two places."), "amount") from error
    if amount > most:
        raise PaymentError(gettext("At most %(most)s yuan are outstanding.") % {"most": most}, "amount")
