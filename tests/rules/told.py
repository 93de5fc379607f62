"""Reads the facts of an account in the short form of the tables, and writes the account back as an officer reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from anling.rules.events import Event, EventKind
from anling.rules.evidence import Scheme
from anling.rules.ledger import (
    ArrearsPaid,
    End,
    Fact,
    Ledger,
    NoteKind,
    Paid,
    PaidBenefit,
    Recovered,
    Recovery,
    Resumption,
    Returned,
    Reversal,
    Reverse,
    Stop,
    Waived,
    Withheld,
    fact_of,
)
from anling.rules.money import MonthAmount
from anling.rules.months import Month

DAY = date(2024, 12, 1)


def read_benefit(facts: Mapping[str, Any]) -> PaidBenefit:
    """`2024-01 1000.00`: the amount from a month on; the first is the start."""
    steps = [text.split() for text in facts["amounts"]]
    amounts = tuple(MonthAmount(Month.parse(month), Decimal(amount)) for month, amount in steps)
    return PaidBenefit(amounts[0].month, amounts)


def read_told(facts: Mapping[str, Any]) -> list[Fact]:
    """The facts of a case. Money bears its place in the list as its ref; stops and ends the name written."""
    benefit, scheme = read_benefit(facts), Scheme(facts["scheme"])
    return [
        fact for place, text in enumerate(facts["told"], 1) for fact in _read(benefit, scheme, str(place), text.split())
    ]


def _read(benefit: PaidBenefit, scheme: Scheme, ref: str, words: list[str]) -> Iterator[Fact]:
    match words:
        case ["paid", span, *rest]:
            additional = "additional" in rest
            for month in months(span):
                yield Paid(f"{ref} {month}", month, _amount(benefit, month, rest), additional)
        case ["withheld", span]:
            yield from (Withheld(f"{ref} {month}", month) for month in months(span))
        case ["arrears", span]:
            yield ArrearsPaid(ref, DAY, tuple(MonthAmount(month, benefit.amount(month)) for month in months(span)))
        case ["recovered", amount, means]:
            yield Recovered(ref, DAY, Decimal(amount), Recovery(means))
        case ["returned", amount]:
            yield Returned(ref, DAY, Decimal(amount))
        case ["waived", amount]:
            yield Waived(ref, DAY, Decimal(amount))
        case _:
            yield from _read_cause(scheme, ref, words)


def _read_cause(scheme: Scheme, ref: str, words: list[str]) -> Iterator[Fact]:
    match words:
        case ["stop", name, month, reason]:
            yield Stop(name, Month.parse(month), EventKind(reason))
        case ["event", name, kind, day, *run]:
            yield from _event(name, Event(EventKind(kind), date.fromisoformat(day), scheme), run)
        case ["resume", name, month, *met]:
            yield Resumption(ref, name, Month.parse(month), condition_met=met == ["met"])
        case ["reverse", name, month, why]:
            yield Reversal(ref, name, Month.parse(month), Reverse(why))
        case _:
            raise ValueError(f"'{' '.join(words)}' is no fact of an account.")


def _event(name: str, event: Event, run: list[str]) -> Iterator[Stop | End]:
    first_run = Month.parse(run[0].removeprefix("run=")) if run else Month.of_date(event.day)
    if fact := fact_of(name, event, first_run):
        yield fact


def months(span: str) -> list[Month]:
    """`2024-01..2024-03`, or one month."""
    first, _, last = span.partition("..")
    begin, end = Month.parse(first), Month.parse(last or first)
    return [begin + step for step in range(end - begin + 1)]


def _amount(benefit: PaidBenefit, month: Month, rest: list[str]) -> Decimal:
    return Decimal(rest[0]) if rest else benefit.amount(month)


def written(found: Ledger) -> dict[str, Any]:
    """The totals that are not zero, then arrears lines, notes and months unreported where there are any."""
    totals = {field.name: getattr(found.totals, field.name) for field in fields(found.totals)}
    lists = {
        "lines": [
            f"{line.cause or '-'}: {', '.join(f'{part.month} {part.amount}' for part in line.months)}"
            for line in found.arrears
        ],
        "notes": list(_notes(found)),
        "unreported": [str(month) for month in found.unreported],
    }
    return {name: str(amount) for name, amount in totals.items() if amount} | {
        name: texts for name, texts in lists.items() if texts
    }


def _notes(found: Ledger) -> Iterator[str]:
    for kind in NoteKind:
        notes = [note for note in found.notes if note.kind is kind]
        if notes:
            named = sorted(note.month for note in notes if note.month)
            span = "..".join(dict.fromkeys(str(month) for month in (named[0], named[-1]))) if named else ""
            yield " ".join(part for part in (kind, span, str(sum(note.amount for note in notes))) if part)
