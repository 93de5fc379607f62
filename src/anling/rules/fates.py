"""What becomes of a record before any rule is tried: usable, or why not (domain.md, section 2, points 1 and 2)."""

from dataclasses import dataclass
from datetime import date

from anling.rules.evidence import Identity, Record, Sign, WhyNot

LEAD_IDENTITIES = frozenset((WhyNot.VARIANT_NAME, WhyNot.OTHER_NAME, WhyNot.NEAR_ID, WhyNot.NO_ID))
"""A loss record that only its identity keeps from use is a lead."""

# hints are worked out of life signs (a border exit without entry) and judged before they come here
_VARIANT_SUFFICES = frozenset((Sign.LIFE, Sign.HINT))


@dataclass(frozen=True, slots=True)
class Fate:
    """A record and what became of it. Raises ValueError unless exactly the unusable ones have a `why_not`."""

    record: Record
    usable: bool
    why_not: WhyNot | None = None

    def __post_init__(self) -> None:
        if self.usable == (self.why_not is not None):
            raise ValueError("A record is either usable or has one reason why it is not.")

    @property
    def is_lead(self) -> bool:
        """Whether the record is in force and dated rightly, but tied to the person less than exactly."""
        return self.why_not in LEAD_IDENTITIES


def fate(record: Record, birth_date: date | None, as_of: date) -> Fate:
    """What becomes of a record on a day; the first reason that applies is the one given.

    The order: dated before birth, dated after the day, revoked, released, term ended, identity. The window is not
    looked at here, since losses and conflicts ignore it.
    """
    why_not = (
        _date_at_fault(record, birth_date, as_of)
        or record.cancelled
        or _term_ended(record, as_of)
        or _identity_at_fault(record)
    )
    return Fate(record, usable=why_not is None, why_not=why_not)


def _date_at_fault(record: Record, birth_date: date | None, as_of: date) -> WhyNot | None:
    if birth_date is not None and record.day < birth_date:
        return WhyNot.BEFORE_BIRTH
    return WhyNot.AFTER_AS_OF if record.day > as_of else None


def _term_ended(record: Record, as_of: date) -> WhyNot | None:
    """Custody is in force until its end has passed: on the last day it still is."""
    over = record.sign is Sign.CUSTODY and record.end_date is not None and record.end_date < as_of
    return WhyNot.TERM_ENDED if over else None


def _identity_at_fault(record: Record) -> WhyNot | None:
    if record.identity is Identity.EXACT:
        return None
    if record.identity is Identity.VARIANT_NAME and record.sign in _VARIANT_SUFFICES:
        return None
    return WhyNot(record.identity.value)
