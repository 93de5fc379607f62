"""How each person could pass next with the least trouble, and a year of work spread so that no month peaks (N-C1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class NextWay(StrEnum):
    """Ways to pass, the one that troubles the person least first (N-B1 to N-B5)."""

    DATA = "data"
    PHONE = "phone"
    UNIT = "unit"
    OUTLET = "outlet"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a person's ways. by_data, by_phone: passed so within the last two years; old: by policy."""

    by_data: bool
    by_phone: bool
    has_unit: bool
    outlet_near: bool
    old: bool


def cheapest(seen: Seen) -> NextWay:
    """The first way that is likely to work. The very old are visited before they are sent to a counter (N-B5)."""
    if seen.by_data:
        return NextWay.DATA
    if seen.by_phone:
        return NextWay.PHONE
    if seen.has_unit:
        return NextWay.UNIT
    return NextWay.OUTLET if seen.outlet_near and not seen.old else NextWay.VISIT


def spread(due: Sequence[int]) -> tuple[int, ...]:
    """How many to invite in each month so that all pass in time and the busiest month is as light as it can be.

    due: how many may pass until the end of each month, the first one now. Nobody is invited after that month; whoever
    is due late is invited early where that fills a lighter month. Raises ValueError for a number below nothing.
    """
    if any(count < 0 for count in due):
        raise ValueError("Nobody is due less than not at all.")
    invited: list[int] = []
    while len(invited) < len(due):
        left = due[len(invited) :]
        early = sum(due[: len(invited)])
        surplus = sum(invited) - early
        invited.extend(_steepest(left, surplus))
    return tuple(invited)


def _steepest(left: Sequence[int], surplus: int) -> list[int]:
    """The months up to the one whose deadline presses most, each with an equal share of the work until then."""
    sums, total = [], -surplus
    for count in left:
        total += count
        sums.append(max(total, 0))
    months = max(range(1, len(sums) + 1), key=lambda length: (sums[length - 1] / length, length))
    whole, rest = divmod(sums[months - 1], months)
    return [whole + (place < rest) for place in range(months)]
