"""The words of the evidence: signs, grades, identities, lists, reasons, and one department record tied to a person.

What each department's record proves is domain.md, section 2 (N-B1, N-C2); the catalogue of feeds is policy.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Scheme(StrEnum):
    """The two basic-pension schemes (N-A1)."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


class Sign(StrEnum):
    """What a record says about a person; release and revocation cancel earlier records."""

    LIFE = "life"
    DEATH = "death"
    CUSTODY = "custody"
    MISSING = "missing"
    DOUBLE_BENEFIT = "double_benefit"
    RELEASE = "release"
    REVOCATION = "revocation"
    HINT = "hint"
    NONE = "none"


class Grade(StrEnum):
    """Weight of a record: P of life, L of loss; 1 decisive, 2 strong, 3 weak (life) or a mere hint (loss)."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    NONE = "none"


class Identity(StrEnum):
    """How a record is tied to a person (contracts.md, result of a run)."""

    EXACT = "exact"
    VARIANT_NAME = "variant_name"
    OTHER_NAME = "other_name"
    NEAR_ID = "near_id"
    NO_ID = "no_id"


class ListName(StrEnum):
    """The three lists of N-B1 and those without evidence."""

    ELIGIBLE = "eligible"
    LOST = "lost"
    TO_VERIFY = "to_verify"
    NO_EVIDENCE = "no_evidence"


class Reason(StrEnum):
    """Why a person is on a list, in the order in which reasons are always written (domain.md, reason codes)."""

    CONFLICT = "conflict"
    DEATH = "death"
    CUSTODY = "custody"
    MISSING = "missing"
    DOUBLE_BENEFIT = "double_benefit"
    SINGLE_SOURCE = "single_source"
    LEAD_OTHER_NAME = "lead_other_name"
    LEAD_NEAR_ID = "lead_near_id"
    LEAD_NO_ID = "lead_no_id"
    LIFE_OTHER_NAME = "life_other_name"
    SHARED_ID = "shared_id"
    DOUBLE_ROSTER = "double_roster"
    OVER_110 = "over_110"
    LIFE_P1 = "life_p1"
    LIFE_P2 = "life_p2"
    LIFE_P3X3 = "life_p3x3"
    NONE = "none"
    ROSTER_ID_INVALID = "roster_id_invalid"
    SOURCE_UNKNOWN = "source_unknown"
    NO_RAISE = "no_raise"
    HINT = "hint"
    CONFLICT_WITH_PASS = "conflict_with_pass"


class WhyNot(StrEnum):
    """Why a record was not used for a decision."""

    VARIANT_NAME = "variant_name"
    OTHER_NAME = "other_name"
    NEAR_ID = "near_id"
    NO_ID = "no_id"
    BEFORE_BIRTH = "before_birth"
    AFTER_AS_OF = "after_as_of"
    TERM_ENDED = "term_ended"
    RELEASED = "released"
    REVOKED = "revoked"
    OUT_OF_WINDOW = "out_of_window"


LOSS_SIGNS = frozenset((Sign.DEATH, Sign.CUSTODY, Sign.MISSING, Sign.DOUBLE_BENEFIT))
LIFE_GRADES = frozenset((Grade.P1, Grade.P2, Grade.P3))
LOSS_GRADES = frozenset((Grade.L1, Grade.L2))
CANCELLED = frozenset((WhyNot.RELEASED, WhyNot.REVOKED))


@dataclass(frozen=True, slots=True)
class Record:
    """One record of one department, already tied to a person.

    `day` is the date that counts (a hospital stay: its end), `kind` what counts as one kind for the three-P3 rule.
    `end_date` closes a term; None means still running. `no_raise` marks community correction reports.
    `cancelled` says that a later record of the same department ended it (released) or undid it (revoked).
    Raises ValueError where sign, grade, dates or cancellation contradict each other.
    """

    feed: str
    batch: str
    row_id: str
    code: str
    department: str
    sign: Sign
    grade: Grade
    kind: str
    day: date
    end_date: date | None
    identity: Identity
    no_raise: bool = False
    cancelled: WhyNot | None = None

    def __post_init__(self) -> None:
        if self.grade not in _GRADES_OF.get(self.sign, _NO_GRADE):
            raise ValueError(f"A record with the sign {self.sign} cannot have the grade {self.grade}.")
        if self.end_date is not None and self.end_date < self.day:
            raise ValueError(f"Record {self.row_id} of batch {self.batch} ends before it starts.")
        if self.cancelled is not None and self.cancelled not in CANCELLED:
            raise ValueError(f"A record is cancelled as released or revoked, not as {self.cancelled}.")


_NO_GRADE = frozenset((Grade.NONE,))
_GRADES_OF = {Sign.LIFE: LIFE_GRADES, Sign.HINT: frozenset((Grade.L3,))} | dict.fromkeys(LOSS_SIGNS, LOSS_GRADES)
