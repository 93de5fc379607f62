"""What is to be recovered of a benefit, kept in step with its account: opened, made longer or shorter, or called off.

A finding opens it with the months that will have been paid, as it looks; each answer of the pay system says what was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from anling.payment.accounts.ledgers import Account, reckoned
from anling.payment.models import PayFact, Recovery
from anling.roster.models import Benefit
from anling.rules.ledger import MonthRow, Standing
from anling.rules.money import ZERO

RUNNING = (Recovery.State.ORDERED, Recovery.State.AGREED)
LIVE = (Recovery.State.OPEN, *RUNNING)


def owe(benefit: Benefit, months: Sequence[MonthRow], *, source: str, at: datetime) -> None:
    """Open the recovery of a benefit, or bring the one that is open up to date; in the running transaction.

    Without fault until somebody with the right to say so says otherwise.
    """
    if not months:
        return
    said = {
        "from_month": min(row.month for row in months).first_day,
        "to_month": max(row.month for row in months).first_day,
        "overpaid": sum((row.overpaid for row in months), ZERO),
    }
    if not Recovery.objects.filter(benefit=benefit, state__in=LIVE).update(**said):
        Recovery.objects.create(
            benefit=benefit, person_id=benefit.person_id, region=benefit.region, source=source, opened_at=at, **said
        )


def keep_up(benefits: Sequence[Benefit], *, source: str, at: datetime) -> None:
    """Recoveries as the accounts of some benefits have them now; in the running transaction."""
    accounts, _ = reckoned([each for each in benefits if each.monthly_amount is not None], at=at)
    over = {row.benefit_id: row for row in Recovery.objects.filter(benefit__in=accounts, state__in=LIVE)}
    done: dict[int, list[Recovery]] = {}
    for row in Recovery.objects.filter(benefit__in=accounts, state=Recovery.State.SETTLED):
        done.setdefault(row.benefit_id, []).append(row)
    for key, account in accounts.items():
        months = _months(account, done.get(key, []))
        if _outstanding(account):
            ends = [row.source for row in account.kept if row.what == PayFact.What.END]
            owe(account.benefit, months, source=ends[-1] if ends else source, at=at)
        elif key in over:
            totals = account.ledger.totals
            ended = Recovery.State.SETTLED if totals.recovered or totals.waived else Recovery.State.CANCELLED
            Recovery.objects.filter(pk=over[key].pk).update(state=ended, ended_at=at)


def _outstanding(account: Account) -> Decimal:
    """Yuan that are to come back. What was paid under a stop that still holds may turn out to have been due."""
    undecided = sum((row.overpaid for row in account.ledger.rows if row.standing is Standing.SUSPENDED), ZERO)
    return max(account.ledger.totals.outstanding - undecided, ZERO)


def _months(account: Account, settled: Sequence[Recovery]) -> list[MonthRow]:
    """The months overpaid that no recovery has settled yet."""
    return [
        row for row in account.ledger.rows
        if row.overpaid and row.standing is not Standing.SUSPENDED
        and not any(each.from_month <= row.month.first_day <= each.to_month for each in settled)
    ]  # fmt: skip
