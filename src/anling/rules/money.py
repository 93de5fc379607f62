"""Yuan as Decimal with two places, rounded half up where something is divided, and the plan of a repayment."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from anling.rules.months import Month

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

_LIMIT = Decimal(10) ** 15  # far above any pension, and far below where sums would lose a cent


def check_yuan(amount: Decimal, least: Decimal = ZERO) -> None:
    """Raises ValueError for an amount with more than two places, under `least`, or no number at all."""
    if not amount.is_finite() or abs(amount) >= _LIMIT or amount % CENT:
        raise ValueError(f"{amount} is not an amount in yuan with two places.")
    if amount < least:
        raise ValueError(f"An amount of at least {least} yuan is expected here, not {amount}.")


def half_up(amount: Decimal) -> Decimal:
    """An amount rounded to the cent, a half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """Yuan of one month: a payment, a part of an arrears line, an instalment. ValueError for less than nothing."""

    month: Month
    amount: Decimal

    def __post_init__(self) -> None:
        check_yuan(self.amount)


def instalments(total: Decimal, months: int, first: Month, at_most: int) -> tuple[MonthAmount, ...]:
    """A debt in equal monthly parts from `first` on, rounded half up; the last part takes the remainder (art. 46).

    `at_most` is the policy's limit in months. Raises ValueError above it, and where a part would be under one cent.
    """
    check_yuan(total, CENT)
    if not 1 <= months <= at_most:
        raise ValueError(f"A repayment runs over 1 to {at_most} months, not {months}.")
    part = half_up(total / months)
    last = total - part * (months - 1)
    if min(part, last) < CENT:
        raise ValueError(f"{total} yuan cannot be spread over {months} months: a part would be under one cent.")
    parts = [*[part] * (months - 1), last]
    return tuple(MonthAmount(first + place, amount) for place, amount in enumerate(parts))
