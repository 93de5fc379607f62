"""Records and people that contradict themselves cannot be built; reason codes keep the order of domain.md."""

from dataclasses import replace
from datetime import date

import pytest

from anling.rules.decision import Benefit, DecisionRule, Person, decide
from anling.rules.evidence import Grade, Reason, Scheme, Sign, WhyNot
from anling.rules.facts import fate_in_window, gather, in_window
from anling.rules.fates import Fate
from anling.rules.months import Month
from tests.rules.given import read_record

DEATH = read_record("1", "police_death death 2024-03-05")
BENEFIT = Benefit("B1", Scheme.EMPLOYEE, Month.of(2023, 7), Month.of(2023, 7))
PERSON = Person("P1", date(1950, 3, 15), (BENEFIT,))
AS_OF = date(2024, 6, 30)


@pytest.mark.parametrize(
    "change",
    [
        {"grade": Grade.P1},
        {"sign": Sign.LIFE},
        {"sign": Sign.RELEASE},
        {"end_date": date(2024, 3, 4)},
        {"cancelled": WhyNot.TERM_ENDED},
    ],
)
def test_contradictory_records_cannot_be_built(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"cannot have the grade|ends before it starts|cancelled as released"):
        replace(DEATH, **change)  # type: ignore[arg-type]


def test_people_need_a_number_and_distinct_benefits() -> None:
    with pytest.raises(ValueError, match="at least one benefit"):
        Person("P1", None, ())
    with pytest.raises(ValueError, match="one benefit_no"):
        Person("P1", None, (BENEFIT, BENEFIT))
    with pytest.raises(ValueError, match="needs its number"):
        Benefit("", Scheme.EMPLOYEE, None, None)


def test_a_fate_has_a_reason_exactly_where_the_record_is_unusable() -> None:
    for usable, why_not in ((True, WhyNot.NO_ID), (False, None)):
        with pytest.raises(ValueError, match="either usable"):
            Fate(DEATH, usable, why_not)


@pytest.mark.parametrize(
    "numbers", [{"p3_count": 0}, {"l2_pair_days": -1}, {"p3_count": 2, "p3_kinds": 3}, {"window_months": 0}]
)
def test_impossible_decision_rules_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least one|cannot be of"):
        DecisionRule(**numbers)


def test_the_numbers_of_the_rule_are_parameters() -> None:
    purchases = [read_record(str(day), f"insurance_pharmacy purchase 2024-03-{day:02d}") for day in (1, 2)]
    rule = DecisionRule(p3_count=2, p3_kinds=1, p3_span_days=1)
    (decision,) = decide(PERSON, purchases, as_of=AS_OF, rule=rule, sources_unknown=False)
    assert decision.reasons == (Reason.LIFE_P3X3,)


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2023, 7, 31), False),
        (date(2023, 8, 1), True),
        (date(2024, 6, 30), True),
        (date(2024, 7, 1), False),
    ],
)
def test_the_window_opens_after_the_base_and_closes_on_the_day(day: date, inside: bool) -> None:
    assert in_window(day, PERSON.base, AS_OF, DecisionRule()) is inside


@pytest.mark.parametrize(
    ("text", "why_not"),
    [
        ("gov_login face 2024-04-01", None),
        ("gov_login face 2023-07-31", WhyNot.OUT_OF_WINDOW),
        ("gov_login face 2024-07-01", WhyNot.AFTER_AS_OF),
        ("gov_login face 2023-07-31 other_name", WhyNot.OTHER_NAME),
    ],
)
def test_a_life_sign_is_explained_with_its_window(text: str, why_not: WhyNot | None) -> None:
    record = read_record("1", text)
    facts = gather(PERSON, [record], AS_OF, DecisionRule())
    assert fate_in_window(record, facts).why_not is why_not
