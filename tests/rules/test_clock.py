"""The clock, as the tables of tests/rules/cases have it (N-A2)."""

from typing import Any

import pytest

from anling.rules.clock import Clock, ClockRule, FirstBase, base_month, clock
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from tests.rules.tables import Case, cases

CASES = list(cases("clock_2019", "clock_2023", "clock_elsewhere"))


def read_rule(facts: dict[str, Any]) -> ClockRule:
    first_base = FirstBase(facts.get("first_base", "none"))
    return ClockRule(Scheme(facts["scheme"]), first_base=first_base, **facts["rule"])


def read_month(text: str | None) -> Month | None:
    return Month.parse(text) if text else None


def run(facts: dict[str, Any]) -> Clock | None:
    rule = read_rule(facts)
    last_pass = Month.of_date(facts["last_pass"]) if "last_pass" in facts else None
    months = (read_month(facts.get(name)) for name in ("application_month", "approval_month", "benefit_start"))
    base = base_month(rule, last_pass, *months)
    return clock(rule, base) if base else None


def written(found: Clock | None) -> dict[str, str | None]:
    if found is None:
        return {"base": None}
    return {"base": str(found.base), "last_ok": str(found.last_ok), "stop_month": str(found.stop_month)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_clock(case: Case) -> None:
    if "refused" in case.expected:
        with pytest.raises(ValueError, match=case.expected["refused"]):
            run(case.facts)
    else:
        assert written(run(case.facts)) == case.expected


def test_a_clock_out_of_order_cannot_be_built() -> None:
    month = Month.of(2024, 1)
    with pytest.raises(ValueError, match="A clock runs forward"):
        Clock(month, month, month + 1)
