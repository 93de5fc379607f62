"""The dated values of the payment room: what is shipped, what a region may change, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from anling.policy import AppealRestores, ArrearsPaidOut, PolicyError, load
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from tests.policy.shipped import policy_with

DAY = date(2024, 6, 1)


@pytest.mark.parametrize("scheme", Scheme)
def test_the_shipped_values(scheme: Scheme) -> None:
    rule = load().payment_rule(scheme, "440106", DAY)
    assert (rule.arrears, rule.appeal_restores) == (ArrearsPaidOut.AUTOMATIC, AppealRestores.AT_ONCE)
    assert rule.appeal_restores_at_once
    assert (rule.instalment_months, rule.case_working_days) == (24, 20)
    assert rule.assumption
    assert rule.source == "assumption"


def test_the_cut_off_lies_within_the_pay_month_whatever_its_length() -> None:
    rule = load().payment_rule(Scheme.RESIDENT, "44", DAY)
    assert [rule.cut_off(Month.of(2024, month)) for month in (2, 12)] == [date(2024, 2, 5), date(2024, 12, 5)]


def test_a_region_may_pay_arrears_on_application(tmp_path: Path) -> None:
    own = """arrears:
  - value: on_application
    unit: word
    scheme: resident
    region: "4401"
    source: 穗人社发〔2024〕1号
    valid_from: 2024-01-01
"""
    policy = policy_with(tmp_path, "payment.yaml", "arrears:\n", own)
    found = {
        (scheme, region): policy.payment_rule(scheme, region, DAY).arrears
        for scheme in Scheme
        for region in ("440106", "440305")
    }
    assert [key for key, arrears in found.items() if arrears is ArrearsPaidOut.ON_APPLICATION] == [
        (Scheme.RESIDENT, "440106")
    ]
    before = policy.payment_rule(Scheme.RESIDENT, "440106", date(2023, 12, 31))
    assert before.arrears is ArrearsPaidOut.AUTOMATIC


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("value: 5\n", "value: 29\n", "not every month has a day 29 for the cut-off"),
        ("value: automatic", "value: soon", "unknown word `soon`; use one of automatic, on_application"),
        ("value: 24\n", "value: 0\n", "`0` is not a whole number of at least 1"),
    ],
)
def test_impossible_values_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as error:
        policy_with(tmp_path, "payment.yaml", old, new)
    assert sentence in str(error.value)
    assert "payment.yaml:" in str(error.value)


def test_before_the_first_value_there_is_a_sentence_and_no_guess() -> None:
    with pytest.raises(PolicyError, match="is in force on 2019-04-01"):
        load().payment_rule(Scheme.EMPLOYEE, "44", date(2019, 4, 1))
