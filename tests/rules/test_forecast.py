"""The next way of a person, and a year's invitations without a peak (N-C1)."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anling.rules.forecast import NextWay, Seen, cheapest, spread


@pytest.mark.parametrize(
    ("seen", "way"),
    [
        (Seen(True, True, True, True, False), NextWay.DATA),
        (Seen(False, True, True, True, True), NextWay.PHONE),
        (Seen(False, False, True, True, True), NextWay.UNIT),
        (Seen(False, False, False, True, False), NextWay.OUTLET),
        (Seen(False, False, False, True, True), NextWay.VISIT),
        (Seen(False, False, False, False, False), NextWay.VISIT),
    ],
)
def test_the_way_that_troubles_the_person_least_comes_first(seen: Seen, way: NextWay) -> None:
    assert cheapest(seen) == way


def test_a_peak_is_spread_over_the_months_before_it() -> None:
    assert spread([0, 0, 12, 0]) == (4, 4, 4, 0)
    assert spread([6, 0, 0, 6]) == (6, 2, 2, 2)
    assert spread([]) == ()


@given(st.lists(st.integers(0, 500), max_size=14))
def test_everybody_is_invited_in_time_and_no_month_is_busier_than_it_must_be(due: list[int]) -> None:
    invited = spread(due)
    assert len(invited) == len(due)
    assert sum(invited) == sum(due)
    assert min(invited, default=0) >= 0
    deadlines = list(accumulate(due))
    assert all(done >= needed for done, needed in zip(accumulate(invited), deadlines, strict=True))
    least = max((-(-total // months) for months, total in enumerate(deadlines, 1)), default=0)
    assert max(invited, default=0) == least


def test_less_than_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="less than not at all"):
        spread([1, -1])
