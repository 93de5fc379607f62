"""A wrongful stop or end undone in one act: pay, arrears, apology, the source told, recoveries cancelled (domain.md 1).

Restoring is for the person, so one officer suffices; the money goes out by a run that two officers sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import may, require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind
from anling.casework.models import Finding
from anling.casework.verdicts import refute
from anling.notices.models import Kind as NoticeKind
from anling.notices.operations import queue
from anling.notices.recalling import STOP_UNDONE, recall_set
from anling.payment.accounts.carried import carried_from, not_paid_since
from anling.payment.accounts.ledgers import accounts_of, write
from anling.payment.errors import PaymentError
from anling.payment.models import PayFact, Recovery
from anling.payment.runs.holding import open_holds_all, open_month, set_status, take_out, tell_drafts
from anling.payment.wording import ledger_refusal
from anling.roster.models import Benefit
from anling.rules.ledger import LedgerError, MonthRow, Reversal, Reverse
from anling.rules.money import ZERO
from anling.rules.months import Month

ACTS = (Act.SIGN_PAY, Act.APPROVE_PAY, Act.APPROVE_FINDINGS)
"""Whoever decides about pay may give back what was taken wrongly."""
_NOTICES_OF = "SELECT %(benefit)s::bigint AS benefit_id, unnest(%(kinds)s::text[]) AS kind, %(about)s::text AS about"
CANCELLABLE = (Recovery.State.OPEN, Recovery.State.ORDERED, Recovery.State.AGREED, Recovery.State.SETTLED)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a reversal comes to. resume: the first month paid again; arrears: the months that are owed and not paid.

    to_return: yuan recovered that have to be given back. since: the first month that was kept back in fact; None where
    no run had stopped pay yet.
    """

    hold: PayFact
    resume: Month
    arrears: tuple[MonthRow, ...]
    to_return: Decimal
    since: Month | None

    @property
    def never_withheld(self) -> bool:
        """Whether no run had stopped pay yet."""
        return self.since is None

    @property
    def amount(self) -> Decimal:
        """Yuan of arrears in all."""
        return sum((row.arrears_open for row in self.arrears), ZERO)


@transaction.atomic
def preview(*, benefit: int, hold_ref: str, why: Reverse, at: datetime) -> Undoing:
    """What undoing a stop or end would come to; nothing is kept of asking. Raises PaymentError."""
    found, hold = _held(benefit, hold_ref)
    month, since = _resume(found, hold, at)
    return _undoing(found, hold, _reversal(hold, why, month), since, at)


@transaction.atomic
def reverse(*, benefit: int, hold_ref: str, why: Reverse, reason: str, by: Actor, at: datetime) -> Undoing:
    """Undo a stop or end as if it had never been. Raises PaymentError, also where it is undone; NotAllowedError.

    Pay resumes and arrears are paid by the next run that is still a draft. What was wrongful has an apology, and
    records of departments on which the finding rested count as wrong; a declaration that a court revoked was right in
    its time. A wrong day is no reason to pay on: it is put right by another finding (payment.effects.settling).
    """
    if not reason.strip():
        raise PaymentError(gettext("Say why it was wrong."), "reason")
    found, hold = _held(benefit, hold_ref, locked=True)
    if not any(may(by, act, found.region) for act in ACTS):
        require(by, Act.SIGN_PAY, found.region)
    if by.kind is not ActorKind.OFFICER:
        raise PaymentError(gettext("Only an officer, by name, may do this."))
    if why is Reverse.DATE_CORRECTED:
        raise PaymentError(
            gettext("Of somebody who died on another day, make a finding with that day; a second officer approves it."),
            "why",
        )
    done = undo(found, hold, why, by=by, at=at)
    if why is Reverse.WRONGFUL:
        make_good(found, done, by=by, at=at)
    record(
        Kind.STOP_REVERSED, by=by, at=at, on=Subject("benefit", str(benefit), found.region), reason=reason.strip(),
        after={"hold": hold_ref, "why": why.value, "resume": str(done.resume), "arrears": str(done.amount),
               "to_return": str(done.to_return)},
    )  # fmt: skip
    return done


def undo(
    benefit: Benefit, hold: PayFact, why: Reverse, *, by: Actor, at: datetime, month: Month | None = None
) -> Undoing:  # fmt: skip
    """Take a stop or end back in the running transaction; the caller sees to permission, reason and trail.

    month: from which pay runs again, where that is settled already.
    """
    ref = f"reversal:{hold.ref}"[:80]
    first, since = resume_from(benefit, hold, by=by, at=at)
    fact = _reversal(hold, why, month or first)
    done = _undoing(benefit, hold, fact, since, at)
    write(benefit, fact, source=ref, by=by, at=at)
    set_status([benefit], source=ref, by=by, at=at)
    tell_drafts([benefit], why=ref, by=by, at=at)
    Recovery.objects.filter(benefit=benefit, source=hold.source, state__in=CANCELLABLE).update(
        state=Recovery.State.CANCELLED, ended_at=at
    )
    return done


def resume_from(benefit: Benefit, hold: PayFact, *, by: Actor, at: datetime) -> tuple[Month, Month | None]:
    """Take the line of a hold out of runs on their way; the first month paid again, and the first withheld, if any.

    A notice of it that still waits is not sent.
    """
    _unsay(benefit, hold, by, at)
    take_out(benefit, hold.ref, why=f"lifted:{hold.ref}", by=by, at=at)
    return _resume(benefit, hold, at)


def make_good(benefit: Benefit, done: Undoing, *, by: Actor, at: datetime) -> None:
    """The departments that were wrong are told, and the person gets an apology; in the running transaction."""
    _tell_sources(done.hold, by, at)
    _apologise(benefit, done, by, at)


def _held(benefit: int, ref: str, *, locked: bool = False) -> tuple[Benefit, PayFact]:
    scope.current()
    benefits = Benefit.objects.select_for_update() if locked else Benefit.objects.all()
    found = benefits.filter(pk=benefit).first()
    if found is None:
        raise PaymentError(gettext("There is no such benefit in your region."))
    for hold in open_holds_all([benefit]):
        if hold.ref == ref:
            return found, hold
    raise PaymentError(gettext("There is nothing to undo (any more): pay is not stopped or ended for that cause."))


def _resume(benefit: Benefit, hold: PayFact, at: datetime) -> tuple[Month, Month | None]:
    """The first month paid again, and the first that was kept back before it; None where none was."""
    began = Month.of_date(hold.month or timezone.localdate(at))
    since = carried_from([hold]).get((benefit.pk, hold.ref)) or not_paid_since(benefit.pk)
    if since is None:
        return max(began, Month.of_date(timezone.localdate(at))), None
    return max(began, open_month(benefit.region, at)), max(began, since)


def _reversal(hold: PayFact, why: Reverse, month: Month) -> Reversal:
    return Reversal(f"reversal:{hold.ref}"[:80], hold.ref, month, why)


def _undoing(benefit: Benefit, hold: PayFact, fact: Reversal, since: Month | None, at: datetime) -> Undoing:
    if benefit.monthly_amount is None:
        return Undoing(hold, fact.month, (), ZERO, since)
    supposed = {benefit.pk: [fact]}
    try:
        account = accounts_of([benefit], at=at, supposed=supposed, through=fact.month - 1)[benefit.pk]
    except LedgerError as error:
        raise PaymentError(ledger_refusal(error)) from error
    rows = tuple(row for row in account.ledger.rows if row.arrears_open)
    return Undoing(hold, fact.month, rows, account.ledger.totals.to_return, since)


def _unsay(benefit: Benefit, hold: PayFact, by: Actor, at: datetime) -> None:
    """Nobody is told of a stop or end that was undone before the message went out."""
    told = [NoticeKind.SUSPENSION.value, NoticeKind.END.value]
    values = {"benefit": benefit.pk, "kinds": told, "about": hold.ref[:60]}
    recalled = recall_set(_NOTICES_OF, values, why=STOP_UNDONE, at=at)
    if recalled:
        record(
            Kind.NOTICE_CANCELLED, by=by, at=at, on=Subject("benefit", str(benefit.pk), benefit.region), rows=recalled,
            reason=STOP_UNDONE, after={"hold": hold.ref},
        )  # fmt: skip


def _tell_sources(hold: PayFact, by: Actor, at: datetime) -> None:
    kind, _, key = hold.source.partition(":")
    finding = Finding.objects.filter(pk=int(key)).first() if kind == "finding" and key.isdigit() else None
    if finding is not None:
        refute(finding, by=by, at=at)


def _apologise(benefit: Benefit, done: Undoing, by: Actor, at: datetime) -> None:
    """Nobody who was never stopped is told of a stop."""
    if done.never_withheld:
        return
    values = {"stop": str(done.since or done.resume), "resume": str(done.resume)}
    if done.amount:
        values["arrears"] = str(done.amount)
    queue(
        benefit=benefit, kind=NoticeKind.APOLOGY, about=f"reversal:{done.hold.ref}"[:60], stop_month=None,
        values=values, by=by, at=at,
    )  # fmt: skip
