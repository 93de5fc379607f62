"""What must hold after the simulated year, each as a list of sentences: an empty one is what is wanted (issue C)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db import connection

from anling.audit.scope import within
from anling.payment.accounts.ledgers import Account, accounts_of
from anling.payment.models import PayFact, PayRun
from anling.roster.models import Benefit
from anling.rules.ledger import MonthRow, Standing
from anling.rules.months import Month
from tests.support.year.office import PROVINCE, YearOffice
from tests.support.year.world import FIRST

ZERO = Decimal("0.00")
CHUNK = 1000
_STOPPED = """
SELECT l.id FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id
WHERE l.action = 'stop' AND l.state = 'done' AND l.fact = 'stop:payrun:' || l.run_id
"""
_UNWARNED = (
    _STOPPED
    + """
AND NOT EXISTS (SELECT 1 FROM notices_notice n WHERE n.benefit_id = l.benefit_id AND n.kind = 'warning'
        AND n.state = 'delivered' AND n.ended_at <= r.cutoff)
AND NOT EXISTS (SELECT 1 FROM casework_attempt a WHERE a.person_id = l.person_id AND a.recorded_at <= r.cutoff)
"""
)
_UNANSWERED = """
SELECT b.benefit_no, c.month, count(n.id) FROM passes_cover c JOIN roster_benefit b ON b.id = c.benefit_id
LEFT JOIN notices_notice n ON n.benefit_id = c.benefit_id AND n.kind = 'result'
    AND n.about = 'passed:' || to_char(c.month, 'YYYY-MM')
JOIN passes_pass p ON p.id = c.made_id AND p.source LIKE 'year:counter:%'
GROUP BY b.id, c.month HAVING count(n.id) <> 1
"""
_ALONE = """
SELECT id FROM payment_payrun WHERE state <> 'stopped' AND (approver = '' OR approver IN (signer, proposer))
UNION ALL SELECT id FROM casework_finding WHERE state = 'approved' AND decider IN ('', doer)
"""


def stops(runs: list[PayRun]) -> Iterator[str]:
    """Nobody stopped without warning or attempt, healthy sources and two officers."""
    with within(PROVINCE), connection.cursor() as cursor:
        for statement, said in ((_UNWARNED, "stopped without warning or attempt"), (_ALONE, "done by one officer")):
            cursor.execute(statement)
            yield from (f"{said}: {key}" for (key,) in cursor.fetchall())
    for run in runs:
        going = sum(row["lines"] for row in run.counts["lines"]
                    if row["action"] == "stop" and row["state"] in ("approved", "proposed"))  # fmt: skip
        silent = [*run.counts["blind_feeds"], *run.counts["late_feeds"], *run.counts["faulty_feeds"]]
        if silent and going:
            yield f"{run.month:%Y-%m}: {going} stopped although {silent} did not deliver in time and in order"


def results() -> Iterator[str]:
    """Whoever came to a counter was told the result, once for its month."""
    with within(PROVINCE), connection.cursor() as cursor:
        cursor.execute(_UNANSWERED)
        yield from (f"{number} passed at the counter in {month:%Y-%m} and was told {count} times"
                    for number, month, count in cursor.fetchall())  # fmt: skip


def living(office: YearOffice) -> Iterator[str]:
    """Nobody living ended."""
    with within(PROVINCE):
        ours = Benefit.objects.filter(pay_status="ended", changes__field="pay_status", changes__after="ended")
        for benefit in ours.distinct():
            if office.world.people[benefit.person_no].death is None:
                yield f"{benefit.benefit_no} is ended, and its person lives"


def books(office: YearOffice, last: Month, at: datetime) -> Iterator[str]:
    """Month by month our account says what the pay system did; arrears and what is overpaid agree to the cent."""
    with within(PROVINCE):
        keys = list(PayFact.objects.order_by("benefit_id").values_list("benefit_id", flat=True).distinct())
        for first in range(0, len(keys), CHUNK):
            benefits = list(Benefit.objects.filter(pk__in=keys[first : first + CHUNK]))
            for account in accounts_of(benefits, at=at).values():
                yield from _compared(office, account, last)


def _compared(office: YearOffice, account: Account, last: Month) -> Iterator[str]:
    owed = ZERO
    for row in account.ledger.rows:
        if FIRST <= row.month <= last:
            paid = office.pay_system.paid[account.benefit.benefit_no].get(row.month, ZERO)
            yield from _month(office, account, row, paid)
            if row.standing is Standing.DUE:
                owed += row.due - min(paid, row.due)
    yield from _totals(office, account, owed)


def _month(office: YearOffice, account: Account, row: MonthRow, paid: Decimal) -> Iterator[str]:
    said = f"{account.benefit.benefit_no} {row.month}"
    died = office.world.people[account.benefit.person_no].death
    if row.paid != paid:
        yield f"{said}: {row.paid} by our account, {paid} paid"
    # what was paid although a stop was refused is due once its person passes; the wronged come back in the next month
    undecided = row.standing is Standing.SUSPENDED or account.benefit.pk in office.wronged
    if died is None and row.overpaid and not undecided:
        yield f"{said}: {row.overpaid} overpaid to somebody living"
    # a death that nobody has told yet is nowhere in our account
    if account.benefit.pay_status == "ended" and died and row.month > Month.of_date(died) and row.overpaid != paid:
        yield f"{said}: {paid} paid after the death, {row.overpaid} overpaid by our account"


def _totals(office: YearOffice, account: Account, owed: Decimal) -> Iterator[str]:
    number, totals = account.benefit.benefit_no, account.ledger.totals
    arrears, received = office.pay_system.arrears[number], office.received[number]
    if totals.arrears_paid != arrears:
        yield f"{number}: {totals.arrears_paid} arrears by our account, {arrears} paid"
    if totals.arrears_paid + totals.arrears_open != owed:
        yield f"{number}: {owed} withheld and due, {totals.arrears_paid} + {totals.arrears_open} by our account"
    if totals.recovered + totals.to_return != received:
        yield f"{number}: {received} paid back, {totals.recovered} + {totals.to_return} by our account"
    if totals.overpaid != totals.recovered + totals.waived + totals.outstanding:
        yield f"{number}: what is overpaid does not add up"
