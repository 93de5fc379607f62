"""What may be told of one benefit: its amounts, its stops and ends, and the money that moved.

Every fact has a `ref`, the key under which its room keeps it. A fact told twice counts once; facts name each other by
ref, so that the order in which they arrive plays no part. All amounts are gross: where part of pay or arrears is kept
back against a debt, the payment is told in full and the part as `Recovered`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from anling.rules.events import Event, EventKind, Pay, effect
from anling.rules.money import CENT, MonthAmount, check_yuan
from anling.rules.months import Month

STOP_REASONS = frozenset(
    (EventKind.NOT_CERTIFIED, EventKind.DETAINED, EventKind.PRISON, EventKind.MISSING, EventKind.PAROLE_REVOKED)
)
END_REASONS = frozenset((EventKind.DEATH, EventKind.DECLARED_DEAD, EventKind.TWO_PENSIONS, EventKind.NATIONALITY_LOST))


class Refusal(StrEnum):
    """Why a set of facts is refused as a whole; everything else has an effect (see `NoteKind`)."""

    REF_USED_TWICE = "ref_used_twice"
    PAID_TWICE = "paid_twice"
    PAID_AND_WITHHELD = "paid_and_withheld"
    UNKNOWN_STOP = "unknown_stop"
    END_NOT_RESUMED = "end_not_resumed"
    RESUMED_TWICE = "resumed_twice"
    REVERSED_TWICE = "reversed_twice"
    LIFTED_BEFORE = "lifted_before"
    NOT_A_DECLARATION = "not_a_declaration"
    RETURNED_TOO_MUCH = "returned_too_much"


class LedgerError(ValueError):
    """Facts that contradict each other; the text is one sentence, `refusal` its name."""

    def __init__(self, refusal: Refusal, sentence: str) -> None:
        super().__init__(sentence)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class PaidBenefit:
    """A benefit as money: the first month due, and from which month which amount is in force (oldest first).

    A raise told late is a step from its month: the difference becomes arrears.
    Raises ValueError where the steps are out of order or leave the first month without an amount.
    """

    start: Month
    amounts: tuple[MonthAmount, ...]

    def __post_init__(self) -> None:
        months = [step.month for step in self.amounts]
        if months != sorted(set(months)):
            raise ValueError("The amounts of a benefit are told oldest first, one for a month.")
        if not months or months[0] > self.start:
            raise ValueError(f"No amount is in force in {self.start}, the first month of the benefit.")

    def amount(self, month: Month) -> Decimal:
        """The amount in force in a month; nothing before the benefit began."""
        if month < self.start:
            return Decimal("0.00")
        return max((step for step in self.amounts if step.month <= month), key=lambda step: step.month).amount


@dataclass(frozen=True, slots=True)
class Paid:
    """Pay of a month, acknowledged by the pay system. `additional`: made beside another payment of the same month."""

    ref: str
    month: Month
    amount: Decimal
    additional: bool = False

    def __post_init__(self) -> None:
        check_yuan(self.amount, CENT)


@dataclass(frozen=True, slots=True)
class Withheld:
    """The pay system says that it paid nothing for a month."""

    ref: str
    month: Month


@dataclass(frozen=True, slots=True)
class Stop:
    """Pay paused from `from_month` (S) on, until a `Resumption` or `Reversal` names it. ValueError: no such pause."""

    ref: str
    from_month: Month
    reason: EventKind

    def __post_init__(self) -> None:
        if self.reason not in STOP_REASONS:
            raise ValueError(f"Pay does not pause for the reason {self.reason}.")


@dataclass(frozen=True, slots=True)
class End:
    """The benefit over from `from_month` on: of a death in month D, D+1. ValueError for a reason that ends nothing.

    A date that was wrong is corrected by a `Reversal` of this end and a new one; of several ends the earliest counts.
    """

    ref: str
    from_month: Month
    reason: EventKind

    def __post_init__(self) -> None:
        if self.reason not in END_REASONS:
            raise ValueError(f"A benefit does not end for the reason {self.reason}.")


@dataclass(frozen=True, slots=True)
class Resumption:
    """Pay again from the run of `month` (R) on, after the stop `of`.

    `condition_met` says that the person was acquitted, or reappeared; it decides for the reasons whose arrears depend
    on it (`arrears_owed`), and is without weight for the others. After a death the stop before it is settled for the
    heirs by a resumption from the month in which the benefit ended.
    """

    ref: str
    of: str
    month: Month
    condition_met: bool = False


class Reverse(StrEnum):
    """Why a stop or end is undone."""

    WRONGFUL = "wrongful"
    DATE_CORRECTED = "date_corrected"
    DECLARATION_REVOKED = "declaration_revoked"


@dataclass(frozen=True, slots=True)
class Reversal:
    """The stop or end `of` undone as if it had never been; pay runs again from `month` on, what was withheld is due."""

    ref: str
    of: str
    month: Month
    why: Reverse = Reverse.WRONGFUL


@dataclass(frozen=True, slots=True)
class ArrearsPaid:
    """Arrears acknowledged by the pay system, month by month. ValueError for none, or a month named twice."""

    ref: str
    day: date
    parts: tuple[MonthAmount, ...]

    def __post_init__(self) -> None:
        months = [part.month for part in self.parts]
        if not months or len(set(months)) < len(months):
            raise ValueError("Arrears are paid for at least one month, and once for each.")


class Recovery(StrEnum):
    """How money came back (regulation of 2023, art. 46)."""

    ORDER = "order"
    INSTALMENT = "instalment"
    OFFSET_ARREARS = "offset_arrears"
    OFFSET_PAY = "offset_pay"


@dataclass(frozen=True, slots=True)
class Recovered:
    """Money that came back, or was kept back from pay or arrears."""

    ref: str
    day: date
    amount: Decimal
    means: Recovery

    def __post_init__(self) -> None:
        check_yuan(self.amount, CENT)


@dataclass(frozen=True, slots=True)
class Returned:
    """Money recovered and given back, because nothing, or less, had been overpaid."""

    ref: str
    day: date
    amount: Decimal

    def __post_init__(self) -> None:
        check_yuan(self.amount, CENT)


@dataclass(frozen=True, slots=True)
class Waived:
    """The decision not to recover up to `amount`."""

    ref: str
    day: date
    amount: Decimal

    def __post_init__(self) -> None:
        check_yuan(self.amount, CENT)


Fact = Paid | Withheld | Stop | End | Resumption | Reversal | ArrearsPaid | Recovered | Returned | Waived


def fact_of(ref: str, event: Event, first_run: Month) -> Stop | End | None:
    """The stop or end that a confirmed event is to a benefit; None where pay goes on (`rules.events`).

    `first_run` is the first pay month whose run leaves the person out. What the run paid before it is overpaid only
    after the events that the table recovers (death, two pensions); the others begin with that run at the earliest.
    """
    found = effect(event)
    if found.from_month is None:
        return None
    from_month = found.from_month if found.recover else max(found.from_month, first_run)
    return (Stop if found.pay is Pay.PAUSE else End)(ref, from_month, event.kind)
