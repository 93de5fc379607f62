"""What a finding does to pay: approved by a second officer and carried out at once (domain.md, section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind
from anling.casework import findings, history, losses
from anling.casework.models import Finding, Outcome
from anling.payment.accounts.carried import not_paid_since
from anling.payment.accounts.ledgers import accounts_of, write
from anling.payment.debts.owing import owe
from anling.payment.effects.reversing import CANCELLABLE
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import Mismatch, PayFact, Recovery
from anling.payment.runs.holding import hold_of, leave_out, open_holds_all, open_month, set_status, tell_drafts
from anling.roster.models import Benefit, PayStatus
from anling.rules import ledger as rules
from anling.rules.events import Event, EventKind
from anling.rules.evidence import Scheme
from anling.rules.ledger import End, MonthRow, Resumption, Reversal, Stop, fact_of
from anling.rules.money import ZERO
from anling.rules.months import Month

_DEATHS = (EventKind.DEATH, EventKind.DECLARED_DEAD)
MISSING_MONTHS = 6
"""Whoever is missing for longer is not paid (domain.md, section 1)."""


@dataclass(frozen=True, slots=True)
class PayEffect:
    """What a finding does to one benefit. fact: None where pay goes on.

    effective: the first month not paid, as it looks; the run that carries it decides (payment.accounts.carried), but
    for what was not paid before our records (before_us). settled: the stop before a death, paid to the heirs up to it,
    or the end that this one puts right. overpaid: the months that are to be recovered; known is False where no monthly
    amount is known, so that nothing can be reckoned.
    """

    benefit: Benefit
    fact: Stop | End | None
    effective: Month | None = None
    settled: Resumption | Reversal | None = None
    overpaid: tuple[MonthRow, ...] = ()
    known: bool = True
    before_us: bool = False

    @property
    def amount(self) -> Decimal:
        """Yuan overpaid in all."""
        return sum((row.overpaid for row in self.overpaid), ZERO)


def preview(*, finding: int, at: datetime) -> tuple[PayEffect, ...]:
    """What approving a finding would do to pay, benefit by benefit; nothing is written. Raises PaymentError."""
    return _effects(_finding(finding), at)


@transaction.atomic
def approve_finding(*, finding: int, version: int, note: str, by: Actor, at: datetime) -> Finding:
    """A second officer agrees: the case closes, and pay ends or pauses as the table of domain.md has it.

    Which event of the table it is was said by whoever found it (casework.losses). version: of the case as it was seen.
    Raises CaseError, TakenError for whoever comes second; PaymentError, NotAllowedError.
    """
    seen = _finding(finding)
    require(by, Act.APPROVE_FINDINGS, seen.region)
    history.held(seen.case_id, version)
    found = findings.approve_finding(finding=finding, note=note, by=by, at=at)
    _carry_out(found, _effects(found, at), by, at)
    return found


@transaction.atomic
def lift(*, finding: int, condition_met: bool, note: str, by: Actor, at: datetime) -> tuple[Benefit, ...]:
    """Somebody in custody or missing was found alive and free: a second officer has pay resumed.

    condition_met: acquitted, or reappeared; it decides about arrears for the reasons that depend on it. What stopped
    for want of certification is resumed by the pass of the finding. Raises SamePersonError, PaymentError,
    NotAllowedError.
    """
    found = _finding(finding)
    require(by, Act.APPROVE_FINDINGS, found.region)
    if by.kind is not ActorKind.OFFICER or by.key == found.doer:
        raise SamePersonError(gettext("You made this finding; another officer has to have pay resumed."))
    if not note.strip():
        raise PaymentError(gettext("Say on what this rests."), "note")
    history.held(found.case_id)
    found = Finding.objects.get(pk=finding)
    holds = [] if found.carried_out_at else _liftable(found)
    if not holds:
        raise PaymentError(gettext("There is nothing that this finding could lift (any more)."))
    source, first = f"finding:{finding}", open_month(found.region, at)
    lifted = {row.benefit_id: row.benefit for row in holds}
    for row in holds:
        month = max(first, Month.of_date(row.month or first.first_day))
        fact = Resumption(f"resumption:{source}:{row.ref}"[:80], row.ref, month, condition_met)
        write(row.benefit, fact, source=source, by=by, at=at)
    benefits = tuple(lifted.values())
    set_status(benefits, source=source, by=by, at=at)
    tell_drafts(benefits, why=source, by=by, at=at)
    Finding.objects.filter(pk=finding).update(carried_out_at=at)
    for benefit in benefits:
        record(
            Kind.BENEFIT_RESUMED, by=by, at=at, on=_subject(benefit), reason=note.strip(),
            after={"from": str(first), "condition_met": condition_met, "finding": finding},
        )  # fmt: skip
    return benefits


def liftable(finding: int) -> bool:
    """Whether an alive finding waits for an officer to have a stop lifted that no pass lifts."""
    found = Finding.objects.filter(pk=finding).first()
    return found is not None and found.carried_out_at is None and bool(_liftable(found))


def _liftable(found: Finding) -> list[PayFact]:
    if found.outcome != Outcome.ALIVE or found.state != Finding.State.FINAL:
        return []
    benefits = {
        row.pk: row for row in Benefit.objects.filter(pk__in=found.benefits, pay_status=PayStatus.SUSPENDED)
    }  # fmt: skip
    rows = [row for row in open_holds_all(list(benefits)) if row.reason != EventKind.NOT_CERTIFIED]
    for row in rows:
        row.benefit = benefits[row.benefit_id]
    return rows


def _finding(finding: int) -> Finding:
    scope.current()
    found = Finding.objects.filter(pk=finding).first()
    if found is None:
        raise PaymentError(gettext("There is no such finding in your region."))
    return found


def _effects(found: Finding, at: datetime) -> tuple[PayEffect, ...]:
    kind = losses.event_of(found)
    if kind is None:
        return ()
    day = found.day or _since(found)
    if kind is EventKind.MISSING and timezone.localdate(at) <= _months_later(day, MISSING_MONTHS):
        raise PaymentError(gettext("Missing for less than six months: pay goes on; return the finding."))
    benefits = Benefit.objects.filter(pk__in=found.benefits)
    if kind not in _DEATHS:
        benefits = benefits.exclude(pay_status=PayStatus.ENDED)
    # runs are locked before benefits, as an export does it
    first = {region: open_month(region, at) for region in sorted(set(benefits.values_list("region", flat=True)))}
    ours = list(benefits.select_for_update().order_by("pk"))
    if found.until and any(found.until < month.first_day for month in first.values()):
        raise PaymentError(
            gettext("The term is over before a run could stop pay: the person is free; return the finding.")
        )
    return tuple(_effect(each, Event(kind, day, Scheme(each.scheme)), found, first[each.region], at) for each in ours)


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last one of that month (Civil Code, article 202)."""
    month = Month.of_date(day) + months
    return min(month.first_day + timedelta(days=day.day - 1), month.last_day)


def _since(found: Finding) -> date:
    """Since when there are two pensions, where the finding does not say: since the later of them began."""
    others = Benefit.objects.filter(person=found.person_id).exclude(benefit_start=None)
    days = sorted(day for day in others.values_list("benefit_start", flat=True) if day)
    if len(days) < 2:
        raise PaymentError(gettext("The finding names no day; return it, so that the day is added."))
    return days[-1]


def _effect(benefit: Benefit, event: Event, found: Finding, first: Month, at: datetime) -> PayEffect:
    fact = fact_of(f"{event.kind.value}:finding:{found.pk}", event, first)
    if fact is None:
        return PayEffect(benefit, None)
    hold, suspended = hold_of(benefit), benefit.pay_status == PayStatus.SUSPENDED
    if benefit.pay_status == PayStatus.ENDED and not _corrects(hold, fact):
        return PayEffect(benefit, None)
    effective, before_us = max(first, fact.from_month), suspended and hold is None
    settled: Resumption | Reversal | None = None
    if before_us:
        effective = fact.from_month  # suspended before our records: nothing was paid since, as far as is known
    elif hold and hold.month and isinstance(fact, End):
        effective = max(fact.from_month, min(not_paid_since(benefit.pk) or effective, effective))
        began = Month.of_date(hold.month)
        if hold.what == PayFact.What.END:
            ref = f"corrected:finding:{found.pk}"
            settled = Reversal(ref, hold.ref, max(began, fact.from_month), rules.Reverse.DATE_CORRECTED)
        elif fact.from_month > began:
            settled = Resumption(f"heirs:finding:{found.pk}", hold.ref, fact.from_month)
    if benefit.monthly_amount is None:
        return PayEffect(benefit, fact, effective, settled, known=False, before_us=before_us)
    supposed = [each for each in (fact, settled) if each]
    accounts = accounts_of([benefit], at=at, supposed={benefit.pk: supposed}, through=effective - 1)
    rows = accounts[benefit.pk].ledger.rows
    over = tuple(row for row in rows if row.overpaid and row.month < effective) if isinstance(fact, End) else ()
    return PayEffect(benefit, fact, effective, settled, over, before_us=before_us)


def _corrects(hold: PayFact | None, fact: Stop | End) -> bool:
    """Whether a death on another day puts right the end that a death brought."""
    ended = hold is not None and hold.what == PayFact.What.END and hold.reason in _DEATHS
    return ended and hold is not None and hold.month != fact.from_month.first_day


def _carry_out(found: Finding, effects: Sequence[PayEffect], by: Actor, at: datetime) -> None:
    source = f"finding:{found.pk}"
    touched = [each for each in effects if each.fact]
    for each in touched:
        assert each.fact is not None  # touched
        since = each.effective if each.before_us else None
        write(each.benefit, each.fact, source=source, by=by, at=at, effective=since)
        if each.settled:
            write(each.benefit, each.settled, source=source, by=by, at=at)
        if isinstance(each.settled, Reversal):
            corrected = PayFact.objects.filter(benefit=each.benefit, ref=each.settled.of).values("source")
            Recovery.objects.filter(benefit=each.benefit, source__in=corrected, state__in=CANCELLABLE).update(
                state=Recovery.State.CANCELLED, ended_at=at
            )
    benefits = [each.benefit for each in touched]
    set_status(benefits, source=source, by=by, at=at)
    leave_out(benefits, why=source, by=by, at=at)
    tell_drafts(benefits, why=source, by=by, at=at)
    for each in touched:
        _open_recovery(each, source, at)
        ended = isinstance(each.fact, rules.End)
        record(
            Kind.BENEFIT_ENDED if ended else Kind.BENEFIT_SUSPENDED, by=by, at=at, on=_subject(each.benefit),
            after={"finding": found.pk, "from": str(each.fact and each.fact.from_month),
                   "not_paid_from": str(each.effective), "overpaid": str(each.amount)},
        )  # fmt: skip
    found.carried_out_at = at
    found.save(update_fields=["carried_out_at"])


def _open_recovery(each: PayEffect, source: str, at: datetime) -> None:
    """Without fault until somebody with the right to say so says otherwise."""
    if not each.known:
        Mismatch.objects.create(
            kind=Mismatch.Kind.AMOUNT, region=each.benefit.region, benefit=each.benefit, at=at, ours=source
        )
    owe(each.benefit, each.overpaid, source=source, at=at)


def _subject(benefit: Benefit) -> Subject:
    return Subject("benefit", str(benefit.pk), benefit.region)
