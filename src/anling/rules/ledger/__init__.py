"""Suspension, arrears and recovery as one pure function over the facts of a benefit: `ledger(benefit, facts, through)`.

`facts` holds what may be told, `standings` what a month is under all of it, `account` the sums.
"""

from anling.rules.ledger.account import ArrearsLine, Ledger, MonthRow, Note, NoteKind, Totals, ledger
from anling.rules.ledger.facts import (
    ArrearsPaid,
    End,
    Fact,
    LedgerError,
    Paid,
    PaidBenefit,
    Recovered,
    Recovery,
    Refusal,
    Resumption,
    Returned,
    Reversal,
    Reverse,
    Stop,
    Waived,
    Withheld,
    fact_of,
)
from anling.rules.ledger.standings import Standing, arrears_owed

__all__ = [
    "ArrearsLine",
    "ArrearsPaid",
    "End",
    "Fact",
    "Ledger",
    "LedgerError",
    "MonthRow",
    "Note",
    "NoteKind",
    "Paid",
    "PaidBenefit",
    "Recovered",
    "Recovery",
    "Refusal",
    "Resumption",
    "Returned",
    "Reversal",
    "Reverse",
    "Standing",
    "Stop",
    "Totals",
    "Waived",
    "Withheld",
    "arrears_owed",
    "fact_of",
    "ledger",
]
