"""What is in force is asked for by date: the notice of 2019 and the residents' rule of 2023 (N-A2)."""

from datetime import date
from pathlib import Path

import pytest

from anling.policy import PolicyError, load
from anling.rules.clock import FirstBase, clock, first_base
from anling.rules.decision import DecisionRule
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from tests.policy.shipped import policy_with

GUANGZHOU = "440106"
RULE_2023 = date(2023, 3, 1)
RESIDENT_2019 = "  - value: application_next_month\n"


@pytest.mark.parametrize(
    ("scheme", "on", "word", "source"),
    [
        (Scheme.RESIDENT, date(2019, 4, 2), FirstBase.APPLICATION_NEXT_MONTH, "粤社保函〔2019〕105号 (N-A2)"),
        (Scheme.RESIDENT, date(2023, 2, 28), FirstBase.APPLICATION_NEXT_MONTH, "粤社保函〔2019〕105号 (N-A2)"),
        (Scheme.RESIDENT, RULE_2023, FirstBase.APPROVAL_MONTH, "粤人社规〔2023〕4号"),
        (Scheme.RESIDENT, date(2099, 12, 31), FirstBase.APPROVAL_MONTH, "粤人社规〔2023〕4号"),
        (Scheme.EMPLOYEE, date(2019, 4, 2), FirstBase.BENEFIT_START, "粤社保函〔2019〕105号 (N-A2); assumption"),
        (Scheme.EMPLOYEE, RULE_2023, FirstBase.BENEFIT_START, "粤社保函〔2019〕105号 (N-A2); assumption"),
    ],
)
def test_the_clock_in_force_is_that_of_the_day_and_the_scheme(
    scheme: Scheme, on: date, word: FirstBase, source: str
) -> None:
    rule = load().clock_rule(scheme, GUANGZHOU, on)

    assert (rule.scheme, rule.cycle_months, rule.stop_after_months) == (scheme, 12, 13)
    assert (rule.first_base, rule.source) == (word, source)
    assert rule.assumption


def test_the_worked_examples_of_residents_never_certified_come_out() -> None:
    applied, approved = Month.parse("2019-03"), Month.parse("2024-02")
    old = load().clock_rule(Scheme.RESIDENT, GUANGZHOU, date(2019, 12, 31))
    new = load().clock_rule(Scheme.RESIDENT, GUANGZHOU, date(2024, 12, 31))

    bases = first_base(old, applied, None, None), first_base(new, applied, approved, None)

    assert [str(clock(old, base).stop_month) for base in bases if base] == ["2020-05", "2025-03"]


def test_before_the_first_value_there_is_a_sentence_and_no_guess() -> None:
    with pytest.raises(PolicyError) as error:
        load().clock_rule(Scheme.RESIDENT, GUANGZHOU, date(2019, 4, 1))

    assert (
        str(error.value) == "clock.yaml: no cycle_months is in force on 2019-04-01; ask for a day from 2019-04-02 on."
    )
    for question in (load().decision_rule, load().health_rule, load().headers, load().values):
        with pytest.raises(PolicyError, match=r"in force on 2019-04-01; ask for a day from 2019-04-02 on\.$"):
            question(date(2019, 4, 1))


def test_the_longest_region_prefix_wins_and_then_the_scheme_that_is_named(tmp_path: Path) -> None:
    override = """  - {value: none, unit: word, region: "4419", source: assumption, valid_from: 2024-01-01}
  - {value: application_month, unit: word, region: "441900", scheme: resident, source: assumption,
     valid_from: 2024-01-01, valid_to: 2024-12-31}
"""
    policy = policy_with(tmp_path, "clock.yaml", RESIDENT_2019, override + RESIDENT_2019)

    def word(scheme: Scheme, region: str, on: date) -> FirstBase:
        return policy.clock_rule(scheme, region, on).first_base

    assert word(Scheme.RESIDENT, "441900", date(2024, 6, 1)) is FirstBase.APPLICATION_MONTH
    assert word(Scheme.RESIDENT, "441900", date(2025, 1, 1)) is FirstBase.NONE
    assert word(Scheme.RESIDENT, "441900", date(2023, 12, 31)) is FirstBase.APPROVAL_MONTH
    assert word(Scheme.EMPLOYEE, "441900003", date(2024, 6, 1)) is FirstBase.NONE
    assert word(Scheme.RESIDENT, "442000", date(2024, 6, 1)) is FirstBase.APPROVAL_MONTH


def test_all_clocks_of_a_day_name_every_scheme_and_prefix(tmp_path: Path) -> None:
    override = (
        '  - {value: none, unit: word, region: "4419", scheme: resident, source: assumption, valid_from: 2024-01-01}\n'
    )
    policy = policy_with(tmp_path, "clock.yaml", RESIDENT_2019, override + RESIDENT_2019)

    found = {(scheme, prefix): rule.first_base for scheme, prefix, rule in policy.clock_rules(date(2024, 6, 1))}

    assert found == {
        (Scheme.EMPLOYEE, ""): FirstBase.BENEFIT_START,
        (Scheme.EMPLOYEE, "4419"): FirstBase.BENEFIT_START,
        (Scheme.RESIDENT, ""): FirstBase.APPROVAL_MONTH,
        (Scheme.RESIDENT, "4419"): FirstBase.NONE,
    }


def test_the_thresholds_are_those_of_the_rules() -> None:
    policy = load()
    health = policy.health_rule(date(2024, 6, 1))

    assert policy.decision_rule(date(2024, 6, 1)) == DecisionRule()
    assert (health.missing_rows, health.late_grace_days, health.shrunk_under, health.swollen_over) == (0, 15, 0.5, 2.0)
    assert health.faulty_over == 0.05


def test_an_older_threshold_stays_readable(tmp_path: Path) -> None:
    old = "- {value: 30, unit: days, source: assumption, valid_from: 2019-04-02,"
    newer = "- {value: 45, unit: days, source: assumption, valid_from: 2025-01-01}\n    " + old
    policy = policy_with(tmp_path, "decision.yaml", old, newer)

    days = [policy.decision_rule(day).l2_pair_days for day in (date(2024, 12, 31), date(2025, 1, 1))]

    assert days == [30, 45]
