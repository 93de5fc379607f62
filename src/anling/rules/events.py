"""Events that end or pause eligibility, and what pay does from which month (domain.md, section 1).

Which event leads to which effect is the table below. Where the documents name no first month, the month after the
event is assumed, so that a month begun is a month paid.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from anling.rules.evidence import Scheme
from anling.rules.months import Month


class EventKind(StrEnum):
    """What happened to a recipient."""

    DEATH = "death"
    DECLARED_DEAD = "declared_dead"
    MISSING = "missing"
    DETAINED = "detained"
    PRISON = "prison"
    COMMUNITY_CORRECTION = "community_correction"
    PAROLE = "parole"
    PAROLE_REVOKED = "parole_revoked"
    TWO_PENSIONS = "two_pensions"
    NATIONALITY_LOST = "nationality_lost"
    ABROAD = "abroad"
    NOT_CERTIFIED = "not_certified"


class Pay(StrEnum):
    """What pay does: it ends, it pauses until something is settled, or it goes on."""

    END = "end"
    PAUSE = "pause"
    CONTINUE = "continue"


class Arrears(StrEnum):
    """Whether pay withheld is paid later."""

    NONE = "none"
    FULL = "full"
    IF_ACQUITTED = "if_acquitted"
    ON_REVOCATION = "on_revocation"
    ON_REAPPEARANCE = "on_reappearance"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a recipient of one scheme.

    `day` is the day it took effect: of a death declared by a court the day of the judgment (of an accident, its day),
    of a term its first day, of a lack of certification any day of the stop month.
    """

    kind: EventKind
    day: date
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to one benefit; a proposal until officers have confirmed it (regulation of 2023, art. 26).

    `from_month` is the first pay month that is not paid, None where pay goes on. Pay already made for `overpaid_from`
    and later is to be recovered. `no_raise` keeps the yearly raise away. `clause` names the line behind it.
    Raises ValueError where these contradict each other.
    """

    pay: Pay
    from_month: Month | None
    arrears: Arrears
    overpaid_from: Month | None
    no_raise: bool
    clause: str

    def __post_init__(self) -> None:
        if (self.pay is Pay.CONTINUE) != (self.from_month is None):
            raise ValueError("Exactly an effect that ends or pauses pay has a first month without pay.")
        if self.overpaid_from not in (None, self.from_month):
            raise ValueError("What is recovered begins with the first month without pay.")

    @property
    def recover(self) -> bool:
        """Whether pay made after the event has to be recovered (regulation of 2023, art. 46)."""
        return self.overpaid_from is not None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the table: pay, months between the event and the first unpaid month, what follows."""

    pay: Pay
    clause: str
    months_after: int = 1
    arrears: Arrears = Arrears.NONE
    recover: bool = False
    no_raise: bool = False
    schemes: frozenset[Scheme] = frozenset(Scheme)


_ONLY_RESIDENT = frozenset((Scheme.RESIDENT,))
_ASSUMED_MONTH = "; first month: assumption"

_TABLE = {
    EventKind.DEATH: _Line(Pay.END, "domain.md 1, death", recover=True),
    EventKind.DECLARED_DEAD: _Line(
        Pay.END, "domain.md 1, declared dead by a court", arrears=Arrears.ON_REVOCATION, recover=True
    ),
    EventKind.MISSING: _Line(
        Pay.PAUSE, "domain.md 1, missing over 6 months" + _ASSUMED_MONTH, arrears=Arrears.ON_REAPPEARANCE
    ),
    EventKind.DETAINED: _Line(
        Pay.PAUSE, "domain.md 1, detained or wanted" + _ASSUMED_MONTH, arrears=Arrears.IF_ACQUITTED
    ),
    EventKind.PRISON: _Line(Pay.PAUSE, "domain.md 1, prison term" + _ASSUMED_MONTH),
    EventKind.COMMUNITY_CORRECTION: _Line(Pay.CONTINUE, "domain.md 1, community correction", no_raise=True),
    EventKind.PAROLE: _Line(Pay.CONTINUE, "domain.md 1, parole"),
    EventKind.PAROLE_REVOKED: _Line(Pay.PAUSE, "domain.md 1, parole revoked", months_after=0),
    EventKind.TWO_PENSIONS: _Line(
        Pay.END, "domain.md 1, two basic pensions" + _ASSUMED_MONTH, recover=True, schemes=_ONLY_RESIDENT
    ),
    EventKind.NATIONALITY_LOST: _Line(
        Pay.END, "domain.md 1, loss of nationality" + _ASSUMED_MONTH, schemes=_ONLY_RESIDENT
    ),
    EventKind.ABROAD: _Line(Pay.CONTINUE, "domain.md 1, lives abroad"),
    EventKind.NOT_CERTIFIED: _Line(Pay.PAUSE, "N-A2", months_after=0, arrears=Arrears.FULL),
}


def effect(event: Event) -> Effect:
    """What an event does to the benefit of its scheme: `_TABLE` line by line, months counted from the event's month."""
    line = _TABLE[event.kind]
    if line.pay is Pay.CONTINUE or event.scheme not in line.schemes:
        return Effect(Pay.CONTINUE, None, Arrears.NONE, None, line.no_raise, line.clause)
    from_month = Month.of_date(event.day) + line.months_after
    overpaid_from = from_month if line.recover else None
    return Effect(line.pay, from_month, line.arrears, overpaid_from, line.no_raise, line.clause)


def arrears_after(kind: EventKind) -> Arrears:
    """Whether pay withheld after an event is paid later, as `_TABLE` has it."""
    return _TABLE[kind].arrears
