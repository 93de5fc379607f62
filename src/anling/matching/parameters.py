"""The numbers that the steps are filled with: days and months as integers, reasons as bits."""

from collections.abc import Iterable
from datetime import date

from anling.rules.evidence import Reason
from anling.rules.facts import DecisionRule
from anling.rules.months import Month
from anling.rules.wording import Words

EPOCH = date(1970, 1, 1)
NEVER_DAY = -1_000_000
"""A day number before every event: stands for 'no bound'."""
FAR_DAY = 1_000_000
"""A day number after every event."""

BITS = {reason: 1 << place for place, reason in enumerate(Reason)}
"""Each reason as one bit, so that a person's reasons travel through joins as one integer."""


class UnsupportedRuleError(ValueError):
    """A decision rule that the steps cannot express; one sentence with the remedy."""


def parameters(as_of: date, rule: DecisionRule, *, sources_unknown: bool, common_kind: int) -> dict[str, int]:
    """All parameters of the steps.

    `common_kind`: number of the kind of weak sign that is the most frequent in the batches; the result does not depend
    on it, the work does. Raises UnsupportedRuleError where the policy asks for more than they can say.
    """
    if (rule.p3_count, rule.p3_kinds) != (3, 2):
        raise UnsupportedRuleError(
            Words(
                "The policy asks for %(count)s weak signs of %(kinds)s kinds, but the matching finds three of two"
                " kinds: set p3_count to 3 and p3_kinds to 2.",
                count=rule.p3_count, kinds=rule.p3_kinds,
            )
        )  # fmt: skip
    window = Month.of_date(as_of) - rule.window_months
    return {
        "as_of_day": day_number(as_of),
        "end_mark": mark(day_number(as_of) + 1, 0, 0),
        "window_mark": mark(day_number(window.first_day), 0, 0),
        "common_kind": common_kind,
        "window_month": window.index,
        "recent_day": day_number(window.first_day),
        "too_old_day": _day_of_digits(as_of, rule.age_limit),
        "l2_pair_days": rule.l2_pair_days,
        "p3_span_days": rule.p3_span_days,
        "never_day": NEVER_DAY,
        "far_day": FAR_DAY,
        "absence": BITS[Reason.SOURCE_UNKNOWN] if sources_unknown else 0,
        **{reason.value: bit for reason, bit in BITS.items()},
    }


def reasons_of(bits: int) -> tuple[Reason, ...]:
    """The reasons behind the bits, in their fixed order."""
    return tuple(reason for reason, bit in BITS.items() if bits & bit)


def bits_of(reasons: Iterable[Reason]) -> int:
    """The bits of some reasons."""
    return sum(BITS[reason] for reason in set(reasons))


def mark(day: int, kind: int, grade: int) -> int:
    """Day number, kind and grade of a life sign as one integer that sorts by day: what the store keeps of it."""
    return day * 256 + kind * 4 + grade


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def _day_of_digits(as_of: date, years: int) -> int:
    """Whoever was born before this day is past that birthday; in years without a 29 February, up to its 28th."""
    year = as_of.year - years
    if (as_of.month, as_of.day) == (2, 29) and not _leap(year):
        return day_number(date(year, 3, 1))
    return day_number(as_of.replace(year=year))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
