"""The certification clock: until when a pass holds, and which pay month is the first without pay (N-A2).

The numbers are dated policy; the notice of 2019 and the residents' rule of 2023 differ in the first base alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from anling.rules.evidence import Scheme
from anling.rules.months import Month
from anling.rules.wording import Words


class FirstBase(StrEnum):
    """From which month the clock of a person who never passed is counted (domain.md, section 1)."""

    APPLICATION_NEXT_MONTH = "application_next_month"
    APPLICATION_MONTH = "application_month"
    APPROVAL_MONTH = "approval_month"
    BENEFIT_START = "benefit_start"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """The clock of one scheme in one region at one time; lengths in calendar months.

    `cycle_months` after the base a pass still holds to the month's last day; `stop_after_months` after it is the first
    pay month without pay. `source` cites the document; `assumption` marks a value that rests on judgement.
    Raises ValueError where pay would stop before the pass has run out.
    """

    scheme: Scheme
    cycle_months: int = 12
    stop_after_months: int = 13
    first_base: FirstBase = FirstBase.APPLICATION_NEXT_MONTH
    source: str = ""
    assumption: bool = False

    def __post_init__(self) -> None:
        if self.cycle_months < 1:
            raise ValueError(
                Words("a certification cycle needs at least one month, not %(months)s", months=self.cycle_months)
            )
        if self.stop_after_months <= self.cycle_months:
            raise ValueError(
                Words(
                    "pay cannot stop %(stop)s months after a pass that holds for %(cycle)s",
                    stop=self.stop_after_months, cycle=self.cycle_months,
                )
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock stands: month of the newest valid pass, last month to pass in, first pay month without pay.

    Raises ValueError where the three are out of order.
    """

    base: Month
    last_ok: Month
    stop_month: Month

    def __post_init__(self) -> None:
        if not self.base < self.last_ok < self.stop_month:
            raise ValueError(f"A clock runs forward: {self.base}, {self.last_ok}, {self.stop_month} does not.")


def clock(rule: ClockRule, base: Month) -> Clock:
    """The clock counted from a base month (N-A2): 2018-07 may pass until 2019-07 and stops in 2019-08."""
    return Clock(base, base + rule.cycle_months, base + rule.stop_after_months)


def base_month(
    rule: ClockRule,
    last_pass: Month | None,
    application_month: Month | None = None,
    approval_month: Month | None = None,
    benefit_start: Month | None = None,
) -> Month | None:
    """The month from which the clock counts: that of the newest valid pass, else the first base of the rule."""
    return last_pass or first_base(rule, application_month, approval_month, benefit_start)


def first_base(
    rule: ClockRule, application_month: Month | None, approval_month: Month | None, benefit_start: Month | None
) -> Month | None:
    """The base of a benefit never certified (N-A2; for residents since 2023 粤人社规〔2023〕4号).

    Where the month that the rule names is missing, application and approval stand in for each other. None means that
    no base is known: a case for an officer, never an automatic stop.
    """
    match rule.first_base:
        case FirstBase.APPLICATION_NEXT_MONTH:
            applied = application_month or approval_month
            return applied + 1 if applied else None
        case FirstBase.APPLICATION_MONTH:
            return application_month or approval_month
        case FirstBase.APPROVAL_MONTH:
            return approval_month or application_month
        case FirstBase.BENEFIT_START:
            return benefit_start
        case FirstBase.NONE:
            return None
