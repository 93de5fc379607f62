"""What the decision looks at: a person's facts, the records tied to the person, and which of them are usable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tests.support.table import LOSS_SIGNS


@dataclass(frozen=True)
class Seen:
    """A record as tied to one person; ``cancelled`` says ``revoked`` or ``released`` where a later record did that."""

    feed: str
    batch: str
    row_id: str
    code: str
    sign: str
    grade: str
    kind: str
    department: str
    no_raise: bool
    day: date
    end: date | None
    identity: str
    cancelled: str | None

    @property
    def place(self) -> tuple[str, str, str]:
        return self.feed, self.batch, self.row_id

    @property
    def is_loss(self) -> bool:
        return self.sign in LOSS_SIGNS and self.grade in ("L1", "L2")


@dataclass(frozen=True)
class Subject:
    """A compared person. Months are counted from year 0: ``base`` is the earliest, ``last_pass`` the newest."""

    person_no: str
    benefits: tuple[tuple[str, str], ...]
    base: int | None
    last_pass: int | None
    birth: date | None
    number_valid: bool = True
    shared_id: bool = False
    double_roster: bool = False


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def why_not(seen: Seen, subject: Subject, as_of: date) -> str | None:
    """Why the record is not usable for decision; None where it is."""
    if subject.birth is not None and seen.day < subject.birth:
        return "before_birth"
    if seen.day > as_of:
        return "after_as_of"
    if seen.cancelled:
        return seen.cancelled
    if seen.sign == "custody" and seen.end is not None and seen.end < as_of:
        return "term_ended"
    if seen.identity == "exact" or (seen.identity == "variant_name" and seen.sign == "life"):
        return None
    return seen.identity


def usable(records: Iterable[Seen], subject: Subject, as_of: date) -> list[Seen]:
    return [seen for seen in records if why_not(seen, subject, as_of) is None]


def leads(records: Iterable[Seen], subject: Subject, as_of: date) -> list[Seen]:
    """Loss records in force that speak of the person perhaps."""
    doubts = ("variant_name", "other_name", "near_id", "no_id")
    return [seen for seen in records if seen.is_loss and why_not(seen, subject, as_of) in doubts]


def in_window(seen: Seen, subject: Subject, as_of: date) -> bool:
    """The month is later than the base, not more than twelve months before the as-of month, within the life so far."""
    after_base = subject.base is None or month_of(seen.day) > subject.base
    recent = month_of(seen.day) >= month_of(as_of) - 12
    born = subject.birth is None or seen.day >= subject.birth
    return after_base and recent and born and seen.day <= as_of


def strong_life(records: Sequence[Seen], subject: Subject, as_of: date) -> list[Seen]:
    """Usable P1 and P2, whenever they happened."""
    return [seen for seen in usable(records, subject, as_of) if seen.sign == "life" and seen.grade in ("P1", "P2")]
