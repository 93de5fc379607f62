"""Calendar months and region codes: the values everything else is counted and scoped in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anling.rules.clock import ClockRule, clock
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from anling.rules.regions import RegionCode

MONTHS = st.integers(1900 * 12, 2200 * 12).map(Month)
STEPS = st.integers(-600, 600)


@given(MONTHS, STEPS, STEPS)
def test_steps_add_up(month: Month, one: int, other: int) -> None:
    assert month + one + other == month + (one + other)
    assert (month + one) - month == one
    assert (month + one) - one == month


@given(MONTHS, MONTHS)
def test_order_is_the_order_of_days(one: Month, other: Month) -> None:
    assert (one < other) == (one.last_day < other.first_day)


@given(MONTHS)
def test_written_and_read_again(month: Month) -> None:
    assert Month.parse(str(month)) == Month.parse(str(month).replace("-", "")) == month
    assert Month.of(month.year, month.month) == month


@given(st.dates())
def test_first_and_last_day_give_one_clock(day: date) -> None:
    month = Month.of_date(day)
    assert month.first_day <= day <= month.last_day
    if day.year < 9998:
        results = {clock(ClockRule(Scheme.EMPLOYEE), Month.of_date(each)) for each in (month.first_day, month.last_day)}
        assert len(results) == 1


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "24-01", "2024-1", "2024/01", "2024-01-01", "", "２０２４01"])
def test_other_forms_of_a_month_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a month|is not between"):
        Month.parse(text)


def test_months_outside_the_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        Month.of(1, 1) - 1


@pytest.mark.parametrize("text", ["440106", "440106001", "440106001001"])
def test_region_codes_nest_by_prefix(text: str) -> None:
    region = RegionCode(text)
    assert (region.province, region.city) == ("44", "4401")
    assert all(region.contains(prefix) for prefix in ("", "44", "4401", text))
    assert not region.contains("4402")


@pytest.mark.parametrize("text", ["44", "4401", "44010", "44010a", "４４０１０６", "4401060010010"])
def test_other_forms_of_a_region_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="6, 9 or 12 digits"):
        RegionCode(text)
