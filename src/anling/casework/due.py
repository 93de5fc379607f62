"""Until when a case is to be settled: working days by the State Council's yearly notices (domain.md, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from anling.comparison.queries.decisions import policy_in_force
from anling.rules.evidence import Scheme

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    """The last day. estimated: it lies beyond the years whose holidays are known, so only weekends were left out."""

    day: date
    estimated: bool


@cache
def due_after(start: date, working_days: int) -> Due:
    """The last of so many working days after a day; 7 after 2019-12-20 is 2019-12-31."""
    day, left, estimated = start, working_days, False
    while left:
        day += timedelta(days=1)
        try:
            works = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # the notice for that year is not out yet
            works, estimated = day.weekday() < _SATURDAY, True
        left -= works
    return Due(day, estimated)


def due_of_case(scheme: str, region: str, start: date) -> Due:
    """The last day of a case opened on a day, by the policy of the scheme and the paying region."""
    rule = policy_in_force().payment_rule(Scheme(scheme), region, start)
    return due_after(start, rule.case_working_days)
