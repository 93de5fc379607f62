"""What a run keeps back from arrears or pay against a debt; arrears and pay are told in full beside it (art. 46)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from anling.audit.values import Actor
from anling.comparison.queries.wanted import after
from anling.payment.accounts.ledgers import Account, reckoned, write
from anling.payment.debts.owing import RUNNING
from anling.payment.debts.recovering import end_if_settled
from anling.payment.models import Action, LineState, PayLine, PayRun, Recovery, RunState
from anling.policy import load
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.evidence import Scheme
from anling.rules.money import ZERO, half_up
from anling.rules.months import Month

_UNANSWERED = (RunState.DRAFT, RunState.SIGNED, RunState.APPROVED, RunState.EXPORTED)
Offset = Recovery.Offset
Part = tuple[Benefit, Decimal, rules.Recovery]
"""What is kept back: from which benefit, how many yuan, and from what of it."""


def add_offsets(run: PayRun, *, at: datetime) -> None:
    """Write the offset lines of a run in the running transaction: of recoveries ordered and to be kept back."""
    elsewhere = PayLine.objects.filter(
        action=Action.OFFSET, run__state__in=_UNANSWERED, state__in=(LineState.PROPOSED, LineState.APPROVED)
    ).exclude(run=run)
    waiting = {_recovery(line) for line in elsewhere.only("fact")}
    here = Recovery.objects.filter(region__gte=run.region, region__lt=after(run.region))
    owed = here.filter(state__in=RUNNING).exclude(offset="")
    recoveries = list(owed.exclude(pk__in=waiting).select_related("benefit", "payer").order_by("pk"))
    first: dict[int, PayLine] = {}
    for line in _lines(run, recoveries, at):
        first.setdefault(line.benefit_id, line)
    PayLine.objects.bulk_create(first.values())


def keep_offsets(lines: Sequence[PayLine], *, by: Actor, at: datetime) -> None:
    """What the pay system has kept back has come in."""
    for line in lines:
        key = _recovery(line)
        recovery = Recovery.objects.select_for_update().select_related("benefit").get(pk=key)
        fact = rules.Recovered(line.fact, timezone.localdate(at), line.amount or ZERO, rules.Recovery(line.reason))
        write(recovery.benefit, fact, source=f"recovery:{key}", by=by, at=at)
        if recovery.state in RUNNING:
            end_if_settled(recovery, at)
        recovery.version += 1
        recovery.save(update_fields=["state", "ended_at", "version"])


def _recovery(line: PayLine) -> int:
    return int(line.fact.split(":")[1])


def _lines(run: PayRun, recoveries: Sequence[Recovery], at: datetime) -> Iterator[PayLine]:
    keys = [key for each in recoveries for key in (each.benefit_id, each.payer_id) if key]
    rows = PayLine.objects.filter(run=run, benefit__in=keys, state=LineState.PROPOSED)
    told = {(row.benefit_id, row.action): row for row in rows}
    accounts, _ = reckoned([each.benefit for each in recoveries], at=at)
    for each in recoveries:
        account = accounts.get(each.benefit_id)
        part = account and (_of_arrears(each, account, told) or _of_pay(run, each, account, told, at))
        if part:
            benefit, amount, means = part
            yield PayLine(
                run=run, benefit=benefit, person_id=each.person_id, region=benefit.region, unit=benefit.unit,
                scheme=benefit.scheme, action=Action.OFFSET, reason=means.value, from_month=run.month,
                to_month=run.month, amount=amount, fact=f"recovery:{each.pk}:payrun:{run.pk}",
            )  # fmt: skip


def _of_arrears(recovery: Recovery, account: Account, told: Mapping[tuple[int, str], PayLine]) -> Part | None:
    arrears = told.get((recovery.benefit_id, Action.ARREARS))
    amount = min(account.ledger.totals.outstanding, arrears.amount or ZERO) if arrears else ZERO
    if recovery.offset not in (Offset.ARREARS, Offset.BOTH) or not amount:
        return None
    return recovery.benefit, amount, rules.Recovery.OFFSET_ARREARS


def _of_pay(
    run: PayRun, recovery: Recovery, account: Account, told: Mapping[tuple[int, str], PayLine], at: datetime
) -> Part | None:
    """An instalment, up to the share of a month's pay that may be kept back: what is over waits for the next month."""
    payer = recovery.payer if recovery.payer_id else recovery.benefit
    if payer is None:  # it has moved to a region that this run does not pay
        return None
    pays = payer.pay_status == "paying" and not any((payer.pk, each) in told for each in (Action.STOP, Action.END))
    if recovery.offset not in (Offset.PAY, Offset.BOTH) or not pays:
        return None
    rule = load().payment_rule(Scheme(payer.scheme), payer.region, timezone.localdate(at))
    most = half_up((payer.monthly_amount or ZERO) * rule.offset_percent / 100)
    amount = min(account.ledger.totals.outstanding, _due(recovery, account, Month.of_date(run.month)), most)
    return (payer, amount, rules.Recovery.OFFSET_PAY) if amount else None


def _due(recovery: Recovery, account: Account, month: Month) -> Decimal:
    """The instalments until a month that have not come in yet."""
    until = sum((Decimal(yuan) for at, yuan in recovery.plan if Month.parse(at) <= month), ZERO)
    source = f"recovery:{recovery.pk}"
    back = sum(
        (row.amount or ZERO for row in account.kept if row.source == source and row.what == "recovered"), ZERO
    )  # fmt: skip
    return max(until - back, ZERO)
