"""What a run keeps back from arrears or pay against a debt; arrears and pay are told in full beside it (art. 46)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from anling.audit.values import Actor
from anling.comparison.queries.wanted import after
from anling.payment.ledgers import Account, accounts_of, write
from anling.payment.models import Action, LineState, PayLine, PayRun, Recovery, RunState
from anling.payment.recovering import RUNNING, end_if_settled
from anling.rules import ledger as rules
from anling.rules.money import ZERO
from anling.rules.months import Month

_UNANSWERED = (RunState.DRAFT, RunState.SIGNED, RunState.APPROVED, RunState.EXPORTED)
Offset = Recovery.Offset


def add_offsets(run: PayRun, *, at: datetime) -> None:
    """Write the offset lines of a run in the running transaction: of recoveries ordered and to be kept back."""
    elsewhere = PayLine.objects.filter(
        benefit=OuterRef("benefit"), action=Action.OFFSET, run__state__in=_UNANSWERED,
        state__in=(LineState.PROPOSED, LineState.APPROVED),
    ).exclude(run=run)  # fmt: skip
    here = Recovery.objects.filter(region__gte=run.region, region__lt=after(run.region))
    owed = here.filter(state__in=RUNNING).exclude(offset="")
    recoveries = list(owed.exclude(Exists(elsewhere)).select_related("benefit").order_by("benefit", "pk"))
    first = {each.benefit_id: each for each in reversed(recoveries)}
    PayLine.objects.bulk_create(_lines(run, list(first.values()), at))


def keep_offsets(lines: Sequence[PayLine], *, by: Actor, at: datetime) -> None:
    """What the pay system has kept back has come in."""
    for line in lines:
        key = int(line.fact.split(":")[1])
        recovery = Recovery.objects.select_for_update().select_related("benefit").get(pk=key)
        fact = rules.Recovered(line.fact, timezone.localdate(at), line.amount or ZERO, rules.Recovery(line.reason))
        write(line.benefit, fact, source=f"recovery:{key}", by=by, at=at)
        if recovery.state in RUNNING:
            end_if_settled(recovery, at)
        recovery.version += 1
        recovery.save(update_fields=["state", "ended_at", "version"])


def _lines(run: PayRun, recoveries: Sequence[Recovery], at: datetime) -> Iterator[PayLine]:
    keys = [each.benefit_id for each in recoveries]
    rows = PayLine.objects.filter(run=run, benefit__in=keys, state=LineState.PROPOSED)
    told = {(row.benefit_id, row.action): row for row in rows}
    accounts = accounts_of([each.benefit for each in recoveries], at=at)
    for each in recoveries:
        amount, means = _part(run, each, accounts[each.benefit_id], told)
        if amount:
            yield PayLine(
                run=run, benefit=each.benefit, person_id=each.person_id, region=each.region, unit=each.benefit.unit,
                scheme=each.benefit.scheme, action=Action.OFFSET, reason=means.value, from_month=run.month,
                to_month=run.month, amount=amount, fact=f"recovery:{each.pk}:payrun:{run.pk}",
            )  # fmt: skip


def _part(
    run: PayRun, recovery: Recovery, account: Account, told: Mapping[tuple[int, str], PayLine]
) -> tuple[Decimal, rules.Recovery]:
    outstanding = account.ledger.totals.outstanding
    arrears = told.get((recovery.benefit_id, Action.ARREARS))
    if recovery.offset in (Offset.ARREARS, Offset.BOTH) and arrears and arrears.amount:
        return min(outstanding, arrears.amount), rules.Recovery.OFFSET_ARREARS
    pays = recovery.benefit.pay_status == "paying" and not any(
        (recovery.benefit_id, action) in told for action in (Action.STOP, Action.END)
    )
    if recovery.offset in (Offset.PAY, Offset.BOTH) and pays:
        due = min(outstanding, _due(recovery, account, Month.of_date(run.month)))
        return min(due, recovery.benefit.monthly_amount or ZERO), rules.Recovery.OFFSET_PAY
    return ZERO, rules.Recovery.OFFSET_PAY


def _due(recovery: Recovery, account: Account, month: Month) -> Decimal:
    """The instalments until a month that have not come in yet."""
    until = sum((Decimal(yuan) for at, yuan in recovery.plan if Month.parse(at) <= month), ZERO)
    source = f"recovery:{recovery.pk}"
    back = sum(
        (row.amount or ZERO for row in account.kept if row.source == source and row.what == "recovered"), ZERO
    )  # fmt: skip
    return max(until - back, ZERO)
