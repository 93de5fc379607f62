"""The account of a benefit, as the tables of tests/rules/cases have it (domain.md, section 1)."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from anling.rules.events import EventKind
from anling.rules.ledger import (
    ArrearsPaid,
    End,
    LedgerError,
    MonthRow,
    PaidBenefit,
    Refusal,
    Reversal,
    Standing,
    Stop,
    Totals,
    ledger,
)
from anling.rules.money import MonthAmount, check_yuan, instalments
from anling.rules.months import Month
from tests.rules.tables import Case, cases
from tests.rules.told import DAY, read_benefit, read_told, written

CASES = list(cases("ledger_pauses", "ledger_events", "ledger_money"))
PLANS = list(cases("instalments"))
JANUARY = Month.of(2024, 1)
YUAN = Decimal("1.00")


def account(facts: dict[str, Any], backwards: bool) -> dict[str, Any]:
    told = read_told(facts)
    try:
        return written(ledger(read_benefit(facts), told[::-1] if backwards else told, Month.parse(facts["through"])))
    except LedgerError as error:
        return {"refused": str(error.refusal)}


@pytest.mark.parametrize("backwards", [False, True], ids=["as told", "backwards"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_account(case: Case, backwards: bool) -> None:
    assert account(case.facts, backwards) == case.expected


REFUSED = [case for case in CASES if "refused" in case.expected]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_a_refusal_is_one_sentence_and_reads_the_same_in_any_order(case: Case) -> None:
    benefit, told, sentences = read_benefit(case.facts), read_told(case.facts), set()
    for order in itertools.permutations(told):
        with pytest.raises(LedgerError) as error:
            ledger(benefit, order, Month.parse(case.facts["through"]))
        sentences.add(str(error.value))
    assert len(sentences) == 1
    assert sentences.pop().endswith(".")


def test_every_refusal_and_every_event_has_a_case() -> None:
    assert {case.expected["refused"] for case in REFUSED} == set(Refusal)
    told = [text.split() for case in CASES for text in case.facts["told"]]
    assert {words[2] for words in told if words[0] == "event"} == set(EventKind)


def test_a_fact_told_twice_counts_once() -> None:
    facts = CASES[0].facts
    told, through = read_told(facts), Month.parse(facts["through"])
    assert ledger(read_benefit(facts), told + told, through) == ledger(read_benefit(facts), told, through)


@pytest.mark.parametrize("case", PLANS, ids=lambda case: case.id)
def test_instalments(case: Case) -> None:
    given = case.facts
    arguments = (Decimal(given["total"]), given["months"], Month.parse(given["first"]), given["at_most"])
    if "refused" in case.expected:
        with pytest.raises(ValueError, match=case.expected["refused"]):
            instalments(*arguments)
    else:
        assert [f"{part.month} {part.amount}" for part in instalments(*arguments)] == case.expected["parts"]


@pytest.mark.parametrize("amount", ["1.001", "NaN", "Infinity", "-0.01", "1E+40"])
def test_other_amounts_are_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        check_yuan(Decimal(amount))


def test_values_that_contradict_themselves_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="does not pause"):
        Stop("S", JANUARY, EventKind.DEATH)
    with pytest.raises(ValueError, match="does not end"):
        End("E", JANUARY, EventKind.PRISON)
    with pytest.raises(ValueError, match="oldest first"):
        PaidBenefit(JANUARY, (MonthAmount(JANUARY, YUAN), MonthAmount(JANUARY - 1, YUAN)))
    with pytest.raises(ValueError, match="No amount is in force"):
        PaidBenefit(JANUARY, (MonthAmount(JANUARY + 1, YUAN),))
    with pytest.raises(ValueError, match="once for each"):
        ArrearsPaid("A", DAY, (MonthAmount(JANUARY, YUAN), MonthAmount(JANUARY, YUAN)))
    with pytest.raises(ValueError, match="do not agree"):
        MonthRow(JANUARY, Standing.DUE, "", YUAN, YUAN, YUAN, Decimal(0), Decimal(0))
    with pytest.raises(ValueError, match="do not agree"):
        Totals(*[YUAN] * 10)


def test_a_stop_resumed_and_later_reversed_is_lifted_by_the_earlier_of_the_two() -> None:
    facts = {
        "scheme": "employee",
        "amounts": ["2024-01 1000.00"],
        "told": ["stop S 2024-01 prison", "resume S 2024-03"],
    }
    told = read_told(facts)
    for month, reordered in itertools.product((2, 5), itertools.permutations([*told, None])):
        reversal = Reversal("V", "S", Month.of(2024, month))
        found = ledger(read_benefit(facts), [fact or reversal for fact in reordered], Month.of(2024, 6))
        assert [row.month for row in found.rows] == [JANUARY + step for step in range(min(month, 3) - 1)]
