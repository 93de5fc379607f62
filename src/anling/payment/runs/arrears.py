"""What is owed to people when a run is made: withheld months of stops that are lifted, each at its amount (N-A2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from anling.payment.accounts.ledgers import Account, open_holds, reckoned
from anling.payment.models import Action, LineState, PayLine, PayRun
from anling.policy import Policy
from anling.policy.payment_file import ArrearsPaidOut
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.evidence import Scheme
from anling.rules.ledger import ArrearsLine
from anling.rules.money import ZERO
from anling.rules.months import Month

CHUNK = 500
UNKNOWN_SINCE, UNKNOWN_AMOUNT, ON_APPLICATION = "unknown_since", "unknown_amount", "on_application"
CONTRADICTED = "contradicted"

_OWED = """
SELECT DISTINCT benefit_id FROM (
    SELECT benefit_id FROM payment_payline WHERE run_id = %(run)s AND action = 'resume'
    UNION ALL
    SELECT f.benefit_id FROM payment_payfact f
    WHERE f.what IN ('resumption', 'reversal') AND starts_with(f.region, %(region)s) AND NOT EXISTS (
        SELECT 1 FROM payment_payfact p
        WHERE p.benefit_id = f.benefit_id AND p.what = 'arrears_paid' AND p.id > f.id AND NOT p.details ? 'more')
) AS each
WHERE NOT EXISTS (
    SELECT 1 FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id
    WHERE l.benefit_id = each.benefit_id AND l.action = 'arrears' AND l.run_id <> %(run)s
        AND l.state IN ('proposed', 'approved') AND r.state <> 'stopped')
ORDER BY 1
"""


def add_arrears(run: PayRun, *, policy: Policy, at: datetime) -> None:
    """Write the arrears lines of a run in the running transaction: of those who resume in it, and of lifted stops."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"run": run.pk, "region": run.region})
        keys = [key for (key,) in cursor.fetchall()]
    month = Month.of_date(run.month)
    for first in range(0, len(keys), CHUNK):
        benefits = list(Benefit.objects.filter(pk__in=keys[first : first + CHUNK]).order_by("pk"))
        PayLine.objects.bulk_create(_lines(run, benefits, month, policy, at))


def _lines(run: PayRun, benefits: Sequence[Benefit], month: Month, policy: Policy, at: datetime) -> Iterator[PayLine]:
    resuming = set(
        PayLine.objects.filter(run=run, action=Action.RESUME, benefit__in=benefits).values_list("benefit", flat=True)
    )
    holds = open_holds([benefit.pk for benefit in benefits])
    known = [benefit for benefit in benefits if benefit.monthly_amount is not None]
    supposed = {
        benefit.pk: [rules.Resumption(f"resumption:payrun:{run.pk}", holds[benefit.pk].ref, month)]
        for benefit in known
        if benefit.pk in resuming and benefit.pk in holds
    }
    accounts, contradicted = reckoned(known, at=at, supposed=supposed)
    for benefit in benefits:
        if benefit.pk in contradicted:
            yield _held(run, benefit, CONTRADICTED, str(contradicted[benefit.pk]))
        elif benefit.pk not in accounts:
            yield _held(run, benefit, UNKNOWN_AMOUNT)
        elif benefit.pk in resuming and not accounts[benefit.pk].kept:
            yield _held(run, benefit, UNKNOWN_SINCE)
        else:
            rule = policy.payment_rule(Scheme(benefit.scheme), benefit.region, timezone.localdate(at))
            yield from _owed(run, accounts[benefit.pk], rule.arrears)


def _owed(run: PayRun, account: Account, paid_out: ArrearsPaidOut) -> Iterator[PayLine]:
    lines = [line for line in account.ledger.arrears if line.open]
    if not lines:
        return
    parts = sorted((row.month, row.arrears_open) for line in lines for row in _open_parts(account, line))
    line = _line(run, account.benefit)
    line.amount = sum((amount for _, amount in parts), ZERO)
    line.parts = [[str(month), str(amount)] for month, amount in parts]
    line.from_month, line.to_month = parts[0][0].first_day, parts[-1][0].first_day
    if paid_out is ArrearsPaidOut.ON_APPLICATION:
        line.state, line.holds = LineState.HELD, ON_APPLICATION
    yield line


def _open_parts(account: Account, line: ArrearsLine) -> Iterator[rules.MonthRow]:
    months = {part.month for part in line.months}
    return (row for row in account.ledger.rows if row.month in months and row.arrears_open)


def _held(run: PayRun, benefit: Benefit, why: str, note: str = "") -> PayLine:
    line = _line(run, benefit)
    line.state, line.holds, line.note = LineState.HELD, why, note[:300]
    return line


def _line(run: PayRun, benefit: Benefit) -> PayLine:
    return PayLine(
        run=run, benefit=benefit, person_id=benefit.person_id, region=benefit.region, unit=benefit.unit,
        scheme=benefit.scheme, action=Action.ARREARS, reason="arrears", fact=f"arrears:payrun:{run.pk}",
    )  # fmt: skip
