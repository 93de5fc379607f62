"""The sums of a benefit: what was due, paid, overpaid and underpaid, month by month and in all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from anling.rules.ledger.facts import (
    ArrearsPaid,
    Fact,
    LedgerError,
    Paid,
    PaidBenefit,
    Recovered,
    Refusal,
    Returned,
    Waived,
    Withheld,
)
from anling.rules.ledger.standings import Holds, Standing, holds
from anling.rules.money import ZERO, MonthAmount
from anling.rules.months import Month

Kind = TypeVar("Kind", bound=Fact)


class NoteKind(StrEnum):
    """What an officer is told of money that was not as it should be; it is counted all the same."""

    PAID_BEFORE_START = "paid_before_start"
    PAID_UNDER_STOP = "paid_under_stop"
    PAID_AFTER_END = "paid_after_end"
    PAID_ABOVE_AMOUNT = "paid_above_amount"
    ARREARS_NOT_OWED = "arrears_not_owed"
    RECOVERED_TOO_MUCH = "recovered_too_much"
    WAIVED_TOO_MUCH = "waived_too_much"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a month, or on the whole (None), with the yuan it is about."""

    kind: NoteKind
    month: Month | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month: paid = due + overpaid − underpaid, and underpaid = arrears_paid + arrears_open (ValueError if not).

    `paid` is what the run of the month paid, and arrears beyond what was owed, which are overpaid. `cause` is the ref
    of the first stop or end under which the month was withheld, "" where there was none.
    """

    month: Month
    standing: Standing
    cause: str
    due: Decimal
    paid: Decimal
    overpaid: Decimal
    underpaid: Decimal
    arrears_paid: Decimal

    def __post_init__(self) -> None:
        if self.paid != self.due + self.overpaid - self.underpaid or not ZERO <= self.arrears_paid <= self.underpaid:
            raise ValueError(f"The sums of {self.month} do not agree.")

    @property
    def arrears_open(self) -> Decimal:
        """What is still owed to the person for this month."""
        return self.underpaid - self.arrears_paid


@dataclass(frozen=True, slots=True)
class Totals:
    """All months together: paid = due + overpaid − underpaid, overpaid = recovered + waived + outstanding.

    `recovered` and `waived` count up to what is overpaid; what came back beyond it is `to_return` to the person.
    Raises ValueError where the sums do not agree or one is under nothing.
    """

    due: Decimal
    paid: Decimal
    overpaid: Decimal
    underpaid: Decimal
    arrears_paid: Decimal
    arrears_open: Decimal
    recovered: Decimal
    waived: Decimal
    outstanding: Decimal
    to_return: Decimal

    def __post_init__(self) -> None:
        agree = (
            self.paid == self.due + self.overpaid - self.underpaid
            and self.overpaid == self.recovered + self.waived + self.outstanding
            and self.underpaid == self.arrears_paid + self.arrears_open
        )
        if not agree or min(self.arrears_open, self.outstanding, self.recovered, self.waived, self.to_return) < 0:
            raise ValueError("The totals of a benefit do not agree.")


@dataclass(frozen=True, slots=True)
class ArrearsLine:
    """What is owed after one stop or end (`cause`; "" for pay that fell short without any): its months S … R−1.

    `months` holds each month at what was withheld of the amount in force then.
    """

    cause: str
    months: tuple[MonthAmount, ...]
    paid: Decimal

    @property
    def total(self) -> Decimal:
        """The whole line in yuan, paid or not."""
        return sum((part.amount for part in self.months), ZERO)

    @property
    def open(self) -> Decimal:
        """What is still to be paid of it."""
        return self.total - self.paid


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of one benefit: rows oldest first, totals, arrears lines by first month, notes by month.

    `unreported` are months due of which the pay system has said nothing: no sum is guessed for them.
    """

    rows: tuple[MonthRow, ...]
    totals: Totals
    arrears: tuple[ArrearsLine, ...]
    notes: tuple[Note, ...]
    unreported: tuple[Month, ...]


def ledger(benefit: PaidBenefit, facts: Iterable[Fact], through: Month) -> Ledger:
    """The account of a benefit up to and with the month `through`, from facts in any order.

    A month counts once the pay system has reported it; one under a stop or end of which no payment is reported counts
    as withheld. Months after `through` count only where the pay system reported them. Raises LedgerError, one
    sentence, where facts contradict each other (`Refusal`); money that moved is refused only as a double report.
    """
    told = _once(facts)
    held = holds(benefit.start, told)
    paid = _paid(told)
    withheld = _withheld(told, paid)
    arrears = _arrears(told)
    span = _span(benefit.start, through)
    counted = paid.keys() | withheld | arrears.keys() | {month for month in span if held.over(month)}
    rows = tuple(
        _row(benefit, held, month, paid.get(month, ZERO), arrears.get(month, ZERO)) for month in sorted(counted)
    )
    totals, over = _totals(rows, told)
    return Ledger(
        rows=rows,
        totals=totals,
        arrears=tuple(_lines(rows)),
        notes=(*(note for row in rows for note in _notes(row, paid.get(row.month, ZERO))), *over),
        unreported=tuple(month for month in span if month not in counted),
    )


def _span(first: Month, last: Month) -> tuple[Month, ...]:
    return tuple(first + step for step in range(last - first + 1))


def _once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    found: dict[str, Fact] = {}
    for fact in facts:
        if found.setdefault(fact.ref, fact) != fact:
            raise LedgerError(Refusal.REF_USED_TWICE, f"Two different facts bear the name {fact.ref}.")
    return tuple(found[ref] for ref in sorted(found))


def _of(told: tuple[Fact, ...], kind: type[Kind]) -> Iterator[Kind]:
    return (fact for fact in told if isinstance(fact, kind))


def _paid(told: tuple[Fact, ...]) -> dict[Month, Decimal]:
    sums: dict[Month, Decimal] = {}
    main: dict[Month, str] = {}
    for fact in _of(told, Paid):
        if not fact.additional and main.setdefault(fact.month, fact.ref) != fact.ref:
            sentence = f"{fact.month} is reported as paid twice, by {main[fact.month]} and by {fact.ref}."
            raise LedgerError(Refusal.PAID_TWICE, sentence)
        sums[fact.month] = sums.get(fact.month, ZERO) + fact.amount
    return sums


def _withheld(told: tuple[Fact, ...], paid: dict[Month, Decimal]) -> set[Month]:
    for fact in _of(told, Withheld):
        if fact.month in paid:
            sentence = f"{fact.month} is reported as paid and, by {fact.ref}, as withheld."
            raise LedgerError(Refusal.PAID_AND_WITHHELD, sentence)
    return {fact.month for fact in _of(told, Withheld)}


def _arrears(told: tuple[Fact, ...]) -> dict[Month, Decimal]:
    sums: dict[Month, Decimal] = {}
    for part in (part for fact in _of(told, ArrearsPaid) for part in fact.parts):
        sums[part.month] = sums.get(part.month, ZERO) + part.amount
    return sums


def _row(benefit: PaidBenefit, held: Holds, month: Month, paid: Decimal, arrears: Decimal) -> MonthRow:
    standing = held.standing(month)
    due = benefit.amount(month) if standing is Standing.DUE else ZERO
    underpaid = max(due - paid, ZERO)
    applied = min(arrears, underpaid)
    paid += arrears - applied
    return MonthRow(
        month=month,
        standing=standing,
        cause=next((hold.cause.ref for hold in held.over(month)), ""),
        due=due,
        paid=paid,
        overpaid=paid - due + underpaid,
        underpaid=underpaid,
        arrears_paid=applied,
    )


def _totals(rows: tuple[MonthRow, ...], told: tuple[Fact, ...]) -> tuple[Totals, tuple[Note, ...]]:
    overpaid = sum((row.overpaid for row in rows), ZERO)
    back = _sum(told, Recovered) - _sum(told, Returned)
    if back < 0:
        raise LedgerError(Refusal.RETURNED_TOO_MUCH, f"{-back} yuan more were given back than had been recovered.")
    recovered = min(back, overpaid)
    waiver = _sum(told, Waived)
    waived = min(waiver, overpaid - recovered)
    totals = Totals(
        due=sum((row.due for row in rows), ZERO),
        paid=sum((row.paid for row in rows), ZERO),
        overpaid=overpaid,
        underpaid=sum((row.underpaid for row in rows), ZERO),
        arrears_paid=sum((row.arrears_paid for row in rows), ZERO),
        arrears_open=sum((row.arrears_open for row in rows), ZERO),
        recovered=recovered,
        waived=waived,
        outstanding=overpaid - recovered - waived,
        to_return=back - recovered,
    )
    beyond = ((NoteKind.RECOVERED_TOO_MUCH, back - recovered), (NoteKind.WAIVED_TOO_MUCH, waiver - waived))
    return totals, tuple(Note(kind, None, amount) for kind, amount in beyond if amount)


def _sum(told: tuple[Fact, ...], kind: type[Recovered] | type[Returned] | type[Waived]) -> Decimal:
    return sum((fact.amount for fact in _of(told, kind)), ZERO)


def _lines(rows: tuple[MonthRow, ...]) -> Iterator[ArrearsLine]:
    short = [row for row in rows if row.underpaid]
    for cause in dict.fromkeys(row.cause for row in short):
        months = [row for row in short if row.cause == cause]
        parts = tuple(MonthAmount(row.month, row.underpaid) for row in months)
        yield ArrearsLine(cause, parts, sum((row.arrears_paid for row in months), ZERO))


_PAID_AS = {
    Standing.BEFORE_START: NoteKind.PAID_BEFORE_START,
    Standing.DUE: NoteKind.PAID_ABOVE_AMOUNT,
    Standing.SUSPENDED: NoteKind.PAID_UNDER_STOP,
    Standing.FORFEITED: NoteKind.PAID_UNDER_STOP,
    Standing.ENDED: NoteKind.PAID_AFTER_END,
}


def _notes(row: MonthRow, paid: Decimal) -> Iterator[Note]:
    """The remarks on a month: `paid` is what its run paid, the rest of what is overpaid came as arrears."""
    by_run = max(paid - row.due, ZERO)
    if by_run:
        yield Note(_PAID_AS[row.standing], row.month, by_run)
    if row.overpaid > by_run:
        yield Note(NoteKind.ARREARS_NOT_OWED, row.month, row.overpaid - by_run)
