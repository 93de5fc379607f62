"""Since when pay was withheld before our records began: said on a paper by one officer, approved by another.

A suspension that came with the roster has no known first month, so that nothing can be reckoned of what is owed for it;
with the month its arrears go out like any others (payment.runs.arrears).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind
from anling.payment.accounts.carried import CARRIED, HANDED_OVER
from anling.payment.accounts.ledgers import kept_of, write
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import Action, EarlierStop, LineState, PayFact, PayLine
from anling.payment.reasons import NOT_CERTIFIED
from anling.roster.models import Benefit, PayStatus
from anling.rules.events import EventKind
from anling.rules.ledger import Resumption, Stop
from anling.rules.months import Month

_HOLDS = (PayFact.What.STOP, PayFact.What.END)


@transaction.atomic
def say_since(*, benefit: int, month: Month, paper: str, by: Actor, at: datetime) -> EarlierStop:
    """Propose the first month not paid, with the paper on which it rests; also anew, until it is approved.

    Raises PaymentError with the field at fault, and where our records know why pay was withheld; NotAllowedError.
    """
    found = _benefit(benefit, Act.SIGN_PAY, by)
    if not paper.strip():
        raise PaymentError(gettext("Name the paper on which this rests."), "paper")
    end = _resumed([benefit]).get(benefit) or Month.of_date(timezone.localdate(at)) + 1
    if month >= end or (found.benefit_start and month < Month.of_date(found.benefit_start)):
        raise PaymentError(gettext("Pay was not withheld from that month on: it lies outside the benefit."), "month")
    said, _ = EarlierStop.objects.update_or_create(
        benefit=found,
        defaults={
            "region": found.region, "month": month.first_day, "paper": paper.strip()[:200], "proposer": by.key,
            "proposer_label": by.label, "proposed_at": at,
        },
    )  # fmt: skip
    record(Kind.EARLIER_STOP, by=by, at=at, on=_subject(found), reason=said.paper, after={"not_paid_since": str(month)})
    return said


@transaction.atomic
def approve_since(*, benefit: int, month: Month, by: Actor, at: datetime) -> EarlierStop:
    """Another officer agrees to the month that they saw: it becomes a stop, and what was withheld is owed.

    Raises SamePersonError, PaymentError, NotAllowedError.
    """
    found = _benefit(benefit, Act.APPROVE_PAY, by)
    said = EarlierStop.objects.select_for_update().filter(benefit=found).first()
    if said is None or Month.of_date(said.month) != month:
        raise PaymentError(gettext("That is not what was proposed; read the page again."))
    if by.key == said.proposer:
        raise SamePersonError(gettext("Nobody approves what they proposed; ask another officer."))
    source, stop = f"earlier:{said.pk}", Stop(f"stop:earlier:{said.pk}", month, EventKind.NOT_CERTIFIED)
    write(found, stop, source=source, by=by, at=at, effective=month)
    resumed = _resumed([benefit]).get(benefit)
    if resumed:
        write(found, Resumption(f"resumption:{source}", stop.ref, resumed), source=source, by=by, at=at)
    said.approver, said.approver_label, said.approved_at = by.key, by.label, at
    said.save(update_fields=["approver", "approver_label", "approved_at"])
    record(
        Kind.EARLIER_STOP, by=by, at=at, on=_subject(found), reason=said.paper,
        after={"not_paid_since": str(month), "paid_again_from": str(resumed or ""), "approved": True},
    )  # fmt: skip
    return said


def unknown_since(benefits: Sequence[Benefit], kept: Mapping[int, Sequence[PayFact]] | None = None) -> set[int]:
    """Those of which pay is or was withheld for want of certification and our records do not say since when.

    kept: what is kept of the pay of each (ledgers.kept_of), where it has been asked already.
    """
    keys = [each.pk for each in benefits]
    facts = kept_of(keys) if kept is None else kept
    known = {key for key, rows in facts.items() if any(row.what in _HOLDS for row in rows)}
    resumed = _resumed(keys)
    return {
        each.pk for each in benefits
        if each.pk not in known and (each.pk in resumed or (
            each.pay_status == PayStatus.SUSPENDED and each.suspend_reason == NOT_CERTIFIED))
    }  # fmt: skip


def said_of(benefit: int) -> EarlierStop | None:
    """What was proposed or approved of a benefit."""
    scope.current()
    return EarlierStop.objects.filter(benefit=benefit).first()


def _benefit(benefit: int, act: Act, by: Actor) -> Benefit:
    scope.current()
    found = Benefit.objects.select_for_update().filter(pk=benefit).first()
    if found is None:
        raise PaymentError(gettext("There is no such benefit in your region."))
    require(by, act, found.region)
    if by.kind is not ActorKind.OFFICER:
        raise PaymentError(gettext("Only an officer, by name, may do this."))
    if not unknown_since([found]):
        raise PaymentError(gettext("Our records say since when this benefit was not paid, or that it was paid."))
    return found


def _resumed(benefits: Sequence[int]) -> Mapping[int, Month]:
    """Benefit → the month from which a run had it paid again, the first of several."""
    lines = PayLine.objects.filter(
        benefit__in=benefits, action=Action.RESUME, state__in=(*CARRIED, LineState.REFUSED), run__state__in=HANDED_OVER
    )
    rows = lines.order_by("-run__month").values_list("benefit", "run__month")
    return {benefit: Month.of_date(month) for benefit, month in rows}


def _subject(benefit: Benefit) -> Subject:
    return Subject("benefit", str(benefit.pk), benefit.region)
