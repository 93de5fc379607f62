"""What holds for every history: the money equations, whatever was told and in whatever order."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from anling.rules.clock import ClockRule, clock
from anling.rules.events import Event, EventKind
from anling.rules.evidence import Scheme
from anling.rules.ledger import (
    ArrearsPaid,
    End,
    Fact,
    Paid,
    PaidBenefit,
    Recovered,
    Recovery,
    Resumption,
    Reversal,
    Stop,
    Waived,
    Withheld,
    fact_of,
    ledger,
)
from anling.rules.ledger.facts import END_REASONS, STOP_REASONS
from anling.rules.money import MonthAmount, instalments
from anling.rules.months import Month
from tests.rules.told import DAY

START = Month.of(2024, 1)
LENGTH = 18
THROUGH = START + LENGTH
MONTHS = st.integers(0, LENGTH).map(lambda step: START + step)
YUAN = st.integers(1, 400_000).map(lambda cents: Decimal(cents) / 100)
ZERO = Decimal("0.00")


@st.composite
def benefits(draw: st.DrawFn) -> PaidBenefit:
    raises = draw(st.dictionaries(MONTHS, YUAN, max_size=3))
    steps = {START: draw(YUAN)} | raises
    return PaidBenefit(START, tuple(MonthAmount(month, steps[month]) for month in sorted(steps)))


@st.composite
def payments(draw: st.DrawFn, benefit: PaidBenefit) -> list[Fact]:
    """Every month before, in and after the benefit's first: paid as due, paid otherwise, withheld, or not reported."""
    told: list[Fact] = []
    for month in (START + step for step in range(-2, LENGTH + 3)):
        match draw(st.integers(0, 5)):
            case 0:
                told.append(Withheld(f"w{month}", month))
            case 1:
                told.append(Paid(f"p{month}", month, draw(YUAN)))
                told.append(Paid(f"q{month}", month, draw(YUAN), additional=True))
            case 2:
                pass
            case _:
                told.append(Paid(f"p{month}", month, benefit.amount(month) or draw(YUAN)))
    return told


@st.composite
def causes(draw: st.DrawFn) -> list[Fact]:
    told: list[Fact] = []
    for place in range(draw(st.integers(0, 4))):
        from_month, ref = draw(MONTHS), f"c{place}"
        if draw(st.booleans()):
            told.append(Stop(ref, from_month, draw(st.sampled_from(sorted(STOP_REASONS)))))
            if draw(st.booleans()):
                month = from_month + draw(st.integers(0, 9))
                told.append(Resumption(f"r{place}", ref, month, condition_met=draw(st.booleans())))
        else:
            told.append(End(ref, from_month, draw(st.sampled_from(sorted(END_REASONS)))))
        if draw(st.integers(0, 3)) == 0:
            told.append(Reversal(f"v{place}", ref, from_month + draw(st.integers(0, 9))))
    return told


@st.composite
def histories(draw: st.DrawFn) -> tuple[PaidBenefit, list[Fact]]:
    benefit = draw(benefits())
    told = [*draw(payments(benefit)), *draw(causes())]
    for place in range(draw(st.integers(0, 3))):
        parts = draw(st.dictionaries(MONTHS, YUAN, min_size=1, max_size=4))
        told.append(ArrearsPaid(f"a{place}", DAY, tuple(MonthAmount(*part) for part in parts.items())))
        told.append(Recovered(f"m{place}", DAY, draw(YUAN), draw(st.sampled_from(Recovery))))
        told.append(Waived(f"x{place}", DAY, draw(YUAN)))
    return benefit, told


def moved(told: list[Fact]) -> Decimal:
    """All money that the pay system handed out, counted straight from the facts."""
    pay = sum((fact.amount for fact in told if isinstance(fact, Paid)), ZERO)
    return pay + sum((part.amount for fact in told if isinstance(fact, ArrearsPaid) for part in fact.parts), ZERO)


@given(histories())
def test_the_money_equations_hold_for_every_history(history: tuple[PaidBenefit, list[Fact]]) -> None:
    benefit, told = history
    found = ledger(benefit, told, THROUGH)
    for row in found.rows:
        assert row.paid == row.due + row.overpaid - row.underpaid
        assert row.underpaid == row.arrears_paid + row.arrears_open
        assert min(row.due, row.paid, row.overpaid, row.underpaid, row.arrears_paid, row.arrears_open) >= 0
    totals = found.totals
    assert totals.paid == totals.due + totals.overpaid - totals.underpaid
    assert totals.overpaid == totals.recovered + totals.waived + totals.outstanding
    assert totals.underpaid == totals.arrears_paid + totals.arrears_open == sum(line.total for line in found.arrears)
    assert totals.arrears_open == sum(line.open for line in found.arrears)
    assert totals.paid + totals.arrears_paid == moved(told)
    back = sum((fact.amount for fact in told if isinstance(fact, Recovered)), ZERO)
    assert totals.recovered + totals.to_return == back


@given(histories(), st.data())
def test_the_order_of_arrival_never_matters(history: tuple[PaidBenefit, list[Fact]], data: st.DataObject) -> None:
    benefit, told = history
    assert ledger(benefit, data.draw(st.permutations(told)), THROUGH) == ledger(benefit, told, THROUGH)


@given(histories(), MONTHS, st.sampled_from(sorted(STOP_REASONS)))
def test_a_later_fact_never_rewrites_money_paid(
    history: tuple[PaidBenefit, list[Fact]], month: Month, reason: EventKind
) -> None:
    benefit, told = history
    before, after = (ledger(benefit, facts, THROUGH).totals for facts in (told, [*told, Stop("late", month, reason)]))
    assert before.paid + before.arrears_paid == after.paid + after.arrears_paid == moved(told)


@given(benefits(), MONTHS, st.integers(0, 12), st.data())
def test_a_wrongful_stop_restored_pays_what_an_undisturbed_history_paid(
    benefit: PaidBenefit, stopped: Month, length: int, data: st.DataObject
) -> None:
    lifted = min(stopped + length, THROUGH + 1)
    span = [START + step for step in range(LENGTH + 1)]
    undisturbed: list[Fact] = [Paid(f"p{month}", month, benefit.amount(month)) for month in span]
    ran = [fact for fact in undisturbed if isinstance(fact, Paid) and not stopped <= fact.month < lifted]
    reason = data.draw(st.sampled_from(sorted(STOP_REASONS | END_REASONS)))
    cause = (Stop if reason in STOP_REASONS else End)("c", stopped, reason)
    found = ledger(benefit, [*ran, cause, Reversal("v", "c", lifted)], THROUGH)
    parts = tuple(part for line in found.arrears for part in line.months)
    assert [part.month for part in parts] == [month for month in span if stopped <= month < lifted]
    arrears: list[Fact] = [ArrearsPaid("a", DAY, parts)] if parts else []
    restored = ledger(benefit, [*ran, cause, Reversal("v", "c", lifted), *arrears], THROUGH).totals
    expected = ledger(benefit, undisturbed, THROUGH).totals
    assert restored.paid + restored.arrears_paid == expected.paid
    assert restored.arrears_open == restored.overpaid == expected.arrears_open == ZERO


@given(benefits(), st.integers(0, LENGTH - 1), st.integers(1, 12))
def test_a_death_reported_late_is_recovered_to_the_cent(benefit: PaidBenefit, died: int, parts: int) -> None:
    death = Event(EventKind.DEATH, (START + died).last_day, Scheme.EMPLOYEE)
    told: list[Fact] = [Paid(f"p{step}", START + step, benefit.amount(START + step)) for step in range(LENGTH + 1)]
    end = fact_of("e", death, THROUGH + 1)
    assert isinstance(end, End)
    owed = ledger(benefit, [*told, end], THROUGH).totals.outstanding
    assert owed == sum((benefit.amount(START + step) for step in range(died + 1, LENGTH + 1)), ZERO)
    if owed < Decimal(parts):
        return
    plan = instalments(owed, parts, THROUGH + 1, at_most=24)
    back = [Recovered(f"b{part.month}", DAY, part.amount, Recovery.INSTALMENT) for part in plan]
    totals = ledger(benefit, [*told, end, *back], THROUGH).totals
    assert (totals.recovered, totals.outstanding, totals.to_return) == (owed, ZERO, ZERO)


@given(benefits(), MONTHS, st.sampled_from(EventKind), st.sampled_from(Scheme))
def test_first_and_last_day_of_a_month_give_one_account(
    benefit: PaidBenefit, month: Month, kind: EventKind, scheme: Scheme
) -> None:
    paid: list[Fact] = [Paid(f"p{step}", START + step, benefit.amount(START + step)) for step in range(LENGTH + 1)]
    causes = [fact_of("c", Event(kind, day, scheme), THROUGH) for day in (month.first_day, month.last_day)]
    first, last = (ledger(benefit, [*paid, cause] if cause else paid, THROUGH) for cause in causes)
    assert first == last
    stops = {clock(ClockRule(scheme), Month.of_date(day)).stop_month for day in (month.first_day, month.last_day)}
    assert stops == {month + 13}


@given(histories(), MONTHS, MONTHS)
def test_a_corrected_end_gives_what_the_right_one_alone_would_have(
    history: tuple[PaidBenefit, list[Fact]], wrong: Month, right: Month
) -> None:
    benefit, told = history
    reported = [Withheld(f"w2{month}", month) for month in ledger(benefit, told, THROUGH).unreported]
    told = [*told, *reported]
    true = End("e2", right, EventKind.DEATH)
    corrected: list[Fact] = [End("e1", wrong, EventKind.DEATH), Reversal("z", "e1", THROUGH + 1), true]
    alone = ledger(benefit, [*told, true], THROUGH)
    found = ledger(benefit, [*told, *corrected], THROUGH)
    assert found.totals == alone.totals
    assert [replace(row, cause="") for row in found.rows] == [replace(row, cause="") for row in alone.rows]


@given(st.integers(1, 10_000_000), st.integers(1, 24))
def test_a_plan_adds_up_and_its_parts_are_equal(cents: int, months: int) -> None:
    total = Decimal(cents) / 100
    try:
        plan = instalments(total, months, START, at_most=24)
    except ValueError:
        assert cents < months * months
        return
    assert sum(part.amount for part in plan) == total
    assert len({part.amount for part in plan[:-1]}) <= 1
    assert [part.month for part in plan] == [START + step for step in range(months)]
