"""What the run of one pay month decides for one benefit (domain.md 1, "Suspension belongs to a pay month").

A proposal: two officers sign and approve it, and nothing is stopped by the machine alone (information law, art. 24).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from anling.rules.clock import Clock
from anling.rules.months import Month


class BenefitState(StrEnum):
    """Where a benefit stands when the run is made up."""

    PAYING = "paying"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Delivery(StrEnum):
    """How far a warning came."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class StopWarning:
    """A warning of the stop in month `about`; `day` is the day on which `delivery` was known."""

    about: Month
    delivery: Delivery
    day: date


@dataclass(frozen=True, slots=True)
class ContactAttempt:
    """A human being tried to reach the person because of the stop in month `about`: a call, a visit."""

    about: Month
    day: date


class Outcome(StrEnum):
    """What the run proposes; the held ones keep paying until their obstacle is gone, and are listed by weight."""

    STOP = "stop"
    KEEP_NOT_DUE = "keep_not_due"
    HELD_APPEAL = "held_appeal"
    HELD_CASE = "held_case"
    HELD_FEED_UNHEALTHY = "held_feed_unhealthy"
    HELD_NO_WARNING = "held_no_warning"
    HELD_NO_CONTACT = "held_no_contact"
    ALREADY_SUSPENDED = "already_suspended"
    ENDED = "ended"
    NO_BASE = "no_base"


CLAUSES = {
    Outcome.STOP: "N-A2",
    Outcome.KEEP_NOT_DUE: "N-A2",
    Outcome.HELD_APPEAL: "platform.md, case: reopened by appeal",
    Outcome.HELD_CASE: "regulation of 2023, art. 26",
    Outcome.HELD_FEED_UNHEALTHY: "domain.md 1, feeds healthy",
    Outcome.HELD_NO_WARNING: "domain.md 1, reminders_before_stop",
    Outcome.HELD_NO_CONTACT: "platform.md, undeliverable: human attempt",
    Outcome.ALREADY_SUSPENDED: "platform.md, states of a benefit",
    Outcome.ENDED: "platform.md, states of a benefit",
    Outcome.NO_BASE: "N-A2: no base is a case, never an automatic stop",
}


@dataclass(frozen=True, slots=True)
class RunSubject:
    """What is known of one benefit at the cut-off of the run of `month` (S).

    `clock` counts from the newest pass recorded before the cut-off, None where there is no base. Warnings and contact
    attempts count where they are about the clock's stop month and known by the day `cut_off`.
    """

    month: Month
    cut_off: date
    state: BenefitState
    clock: Clock | None
    warnings: tuple[StopWarning, ...] = ()
    contacts: tuple[ContactAttempt, ...] = ()
    feeds_healthy: bool = True
    open_appeal: bool = False
    case_in_work: bool = False


@dataclass(frozen=True, slots=True)
class RunReason:
    """One reason with the clause it rests on."""

    outcome: Outcome
    clause: str


@dataclass(frozen=True, slots=True)
class RunDecision:
    """The outcome, and all reasons for it: where a stop is held, every obstacle, the outcome's own first.

    Raises ValueError where the first reason is another than the outcome.
    """

    outcome: Outcome
    reasons: tuple[RunReason, ...]

    def __post_init__(self) -> None:
        if not self.reasons or self.reasons[0].outcome is not self.outcome:
            raise ValueError("The first reason of a decision is its outcome.")

    @property
    def needs_case(self) -> bool:
        """Whether an officer has to look at it in a case."""
        return self.outcome is Outcome.NO_BASE


def decide(subject: RunSubject) -> RunDecision:
    """The decision for one benefit in the run of its month: stop only where due and nothing holds it."""
    outcomes = _settled(subject) or _held(subject) or (Outcome.STOP,)
    return RunDecision(outcomes[0], tuple(RunReason(outcome, CLAUSES[outcome]) for outcome in outcomes))


def _settled(subject: RunSubject) -> tuple[Outcome, ...]:
    if subject.state is BenefitState.ENDED:
        return (Outcome.ENDED,)
    if subject.state is BenefitState.SUSPENDED:
        return (Outcome.ALREADY_SUSPENDED,)
    if subject.clock is None:
        return (Outcome.NO_BASE,)
    return (Outcome.KEEP_NOT_DUE,) if subject.month < subject.clock.stop_month else ()


def _held(subject: RunSubject) -> tuple[Outcome, ...]:
    unreached = _unreached(subject)
    obstacles = (
        (Outcome.HELD_APPEAL, subject.open_appeal),
        (Outcome.HELD_CASE, subject.case_in_work),
        (Outcome.HELD_FEED_UNHEALTHY, not subject.feeds_healthy),
        (Outcome.HELD_NO_WARNING, unreached is Outcome.HELD_NO_WARNING),
        (Outcome.HELD_NO_CONTACT, unreached is Outcome.HELD_NO_CONTACT),
    )
    return tuple(outcome for outcome, stands in obstacles if stands)


def _unreached(subject: RunSubject) -> Outcome | None:
    """A warning delivered, or else a human attempt; where a warning was undeliverable the attempt is required."""
    stop_month = subject.clock.stop_month if subject.clock else None
    known = [each for each in subject.warnings if each.about == stop_month and each.day <= subject.cut_off]
    attempts = [each for each in subject.contacts if each.about == stop_month and each.day <= subject.cut_off]
    deliveries = {warning.delivery for warning in known}
    if attempts or Delivery.DELIVERED in deliveries:
        return None
    return Outcome.HELD_NO_CONTACT if Delivery.UNDELIVERABLE in deliveries else Outcome.HELD_NO_WARNING
