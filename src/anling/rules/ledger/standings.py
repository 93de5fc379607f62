"""What every month of a benefit is under its stops and ends: due, suspended, forfeited or ended.

What counts is from which month something takes effect, never when it was told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from anling.rules.events import Arrears, EventKind, arrears_after
from anling.rules.ledger.facts import End, Fact, LedgerError, Refusal, Resumption, Reversal, Reverse, Stop
from anling.rules.months import Month

Lift = TypeVar("Lift", Resumption, Reversal)


class Standing(StrEnum):
    """Whether a month is owed; only DUE owes its amount."""

    BEFORE_START = "before_start"
    DUE = "due"
    SUSPENDED = "suspended"
    FORFEITED = "forfeited"
    ENDED = "ended"


def arrears_owed(reason: EventKind, condition_met: bool) -> bool:
    """Whether pay withheld is owed once a stop is resumed (domain.md 1): in full, never, or on a condition met."""
    match arrears_after(reason):
        case Arrears.FULL:
            return True
        case Arrears.NONE:
            return False
        case Arrears.IF_ACQUITTED | Arrears.ON_REAPPEARANCE | Arrears.ON_REVOCATION:
            return condition_met


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop or end, and what lifted it. Raises LedgerError where these contradict each other."""

    cause: Stop | End
    resumption: Resumption | None
    reversal: Reversal | None

    def __post_init__(self) -> None:
        if self.resumption and isinstance(self.cause, End):
            sentence = f"{self.cause.ref} is an end, which is not resumed: reverse it, or begin a new benefit."
            raise LedgerError(Refusal.END_NOT_RESUMED, sentence)
        revoked = self.reversal is not None and self.reversal.why is Reverse.DECLARATION_REVOKED
        if revoked and self.cause.reason is not EventKind.DECLARED_DEAD:
            sentence = f"{self.cause.ref} is no declaration of death, so that none can be revoked."
            raise LedgerError(Refusal.NOT_A_DECLARATION, sentence)
        for lift in (self.resumption, self.reversal):
            if lift and lift.month < self.cause.from_month:
                sentence = f"{lift.ref} lifts {self.cause.ref} from {lift.month}, before it began."
                raise LedgerError(Refusal.LIFTED_BEFORE, sentence)

    @property
    def lifted_from(self) -> Month | None:
        """The first month that runs again; of a stop resumed and later found wrongful, that of the resumption."""
        return min((lift.month for lift in (self.resumption, self.reversal) if lift), default=None)

    def covers(self, month: Month) -> bool:
        """Whether pay of a month was withheld, rightly or not."""
        lifted = self.lifted_from
        return self.cause.from_month <= month and (lifted is None or month < lifted)

    def standing(self) -> Standing:
        """What the months are that this hold covers, if nothing else covers them."""
        if self.reversal:
            return Standing.DUE
        if isinstance(self.cause, End):
            return Standing.ENDED
        if self.resumption is None:
            return Standing.SUSPENDED
        owed = arrears_owed(self.cause.reason, self.resumption.condition_met)
        return Standing.DUE if owed else Standing.FORFEITED


@dataclass(frozen=True, slots=True)
class Holds:
    """All stops and ends of a benefit, in the order in which they took effect."""

    start: Month
    holds: tuple[Hold, ...]

    def over(self, month: Month) -> tuple[Hold, ...]:
        """The stops and ends under which a month was withheld."""
        return tuple(hold for hold in self.holds if hold.covers(month))

    def standing(self, month: Month) -> Standing:
        """What a month is: the weightiest of all that covers it, an end before a loss before an open stop."""
        if month < self.start:
            return Standing.BEFORE_START
        found = {hold.standing() for hold in self.over(month)}
        weightiest = (Standing.ENDED, Standing.FORFEITED, Standing.SUSPENDED)
        return next((standing for standing in weightiest if standing in found), Standing.DUE)


def holds(start: Month, facts: Iterable[Fact]) -> Holds:
    """The stops and ends among the facts with what lifted each; raises LedgerError where they contradict each other."""
    told = tuple(facts)
    causes = {fact.ref: fact for fact in told if isinstance(fact, Stop | End)}
    resumed = _by_cause(told, Resumption, causes.get, Refusal.RESUMED_TWICE)
    reversed_ = _by_cause(told, Reversal, causes.get, Refusal.REVERSED_TWICE)
    found = (Hold(cause, resumed.get(ref), reversed_.get(ref)) for ref, cause in causes.items())
    return Holds(start, tuple(sorted(found, key=lambda hold: (hold.cause.from_month, hold.cause.ref))))


def _by_cause(
    told: tuple[Fact, ...], kind: type[Lift], cause: Callable[[str], Stop | End | None], twice: Refusal
) -> dict[str, Lift]:
    found: dict[str, Lift] = {}
    for lift in sorted((fact for fact in told if isinstance(fact, kind)), key=lambda fact: fact.ref):
        if cause(lift.of) is None:
            sentence = f"{lift.ref} lifts {lift.of}, and no stop or end of that name is known."
            raise LedgerError(Refusal.UNKNOWN_STOP, sentence)
        if lift.of in found:
            raise LedgerError(twice, f"{lift.of} is lifted twice, by {found[lift.of].ref} and by {lift.ref}.")
        found[lift.of] = lift
    return found
