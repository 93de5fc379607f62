"""The environment is checked when the program starts, each value with the name of its variable."""

import pytest

from anling.site.environment import read_environment
from anling.site.errors import SiteError

HOME = {"ANLING_HOME": "/srv/anling"}


def test_without_more_the_province_is_guangdong_and_another_can_be_named() -> None:
    assert read_environment(HOME).province == "44"
    assert read_environment({**HOME, "ANLING_PROVINCE": "45"}).province == "45"


def test_what_ifs_are_kept_for_half_a_year_or_as_long_as_is_said() -> None:
    assert read_environment(HOME).what_if_days == 180
    assert read_environment({**HOME, "ANLING_WHAT_IF_DAYS": "30"}).what_if_days == 30


@pytest.mark.parametrize("wrong", ["0", "-1", "1.5", "soon", "99999"])
def test_what_is_no_number_of_days_is_named(wrong: str) -> None:
    with pytest.raises(SiteError, match="ANLING_WHAT_IF_DAYS is no number of days; write a whole number"):
        read_environment({**HOME, "ANLING_WHAT_IF_DAYS": wrong})


@pytest.mark.parametrize("wrong", ["4", "4401", "gd", "４５"])
def test_what_is_no_province_is_named(wrong: str) -> None:
    with pytest.raises(SiteError, match="ANLING_PROVINCE is no province; write its two digits"):
        read_environment({**HOME, "ANLING_PROVINCE": wrong})
