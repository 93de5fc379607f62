"""Identity numbers: one canonical form, one check, one way to show them (domain.md, section 3).

The area code says where a number was issued long ago. It is never a residence and never a reason to reject.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul
from typing import Self

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "0123456789X"
BIRTH_YEARS = range(1850, 2101)
BLANKS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")

LONG_FROM, KEPT, KEPT_OF_SHORT = 15, 4, 1
"""Of a number that is masked: from which length on it is long, and how many characters of it are shown at either end,
of a long one and of a shorter one."""

NUMBER_IN_CODE = "([0-9]{4})[0-9]{2}(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])([0-9]{3}[0-9Xx])"
OLD_NUMBER_IN_CODE = "(?<![0-9])([0-9]{4})[0-9]{4}(?:0[1-9]|1[0-2])[0-3]([0-9]{4})(?![0-9])"
"""Identity numbers of 18 and of 15 characters inside a longer code, as patterns that Python and PostgreSQL know alike:
the characters that stay visible are their two groups."""
_IN_CODES = (re.compile(NUMBER_IN_CODE), re.compile(OLD_NUMBER_IN_CODE))
_CHECKED_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD_SHAPE = re.compile(r"[0-9]{15}")
_CHECKED_LENGTH = 18
_NEARLY_CHECKED_LENGTHS = range(16, 20)
_PLAIN_LENGTHS = frozenset((9, 18))


class IdType(StrEnum):
    """Kind of identity document, code AAC058 (contracts.md, roster)."""

    RESIDENT = "01"
    HONG_KONG = "04"
    MACAO = "05"
    TAIWAN = "06"
    PERMANENT_RESIDENCE = "07"
    FOREIGN_PASSPORT = "08"
    CHINESE_PASSPORT = "16"
    RESIDENCE_PERMIT = "17"
    OTHER = "99"


class IdStatus(StrEnum):
    """What the check says: `unchecked` documents have no check rule and are kept as they are."""

    VALID = "valid"
    UNCHECKED = "unchecked"
    INVALID = "invalid"
    EMPTY = "empty"


def canonical(raw: str) -> str:
    """The one form in which numbers are compared: narrow, without blanks, upper case, 15 digits upgraded to 18.

    Only 15 digits whose birth digits are a real date are upgraded; the result is a pure function of the text.
    """
    if len(raw) in _PLAIN_LENGTHS and raw.isascii() and raw.isalnum():
        return raw.upper()
    text = BLANKS.sub("", raw).upper() if raw.isascii() else _folded(raw)
    if _OLD_SHAPE.fullmatch(text) and _birth_date("19" + text[6:12]):
        return _upgraded(text)
    return text


def check_value(first17: str) -> int:
    """Check value 0..10 of 17 plain digits by ISO 7064 MOD 11-2 (GB 11643); 10 is written X."""
    # bytes of digits are 48 too large, and 48 × 100 (the sum of the weights) leaves 4
    return int(1 + 4 - sum(map(mul, WEIGHTS, first17.encode("ascii")))) % 11


def check_character(first17: str) -> str:
    """The eighteenth character that belongs to 17 plain digits: '0'..'9' or 'X'."""
    return CHECK_CHARACTERS[check_value(first17)]


def passes_check(text: str) -> bool:
    """Whether a canonical text has 18 characters, a real birth date in 1850..2100 and the right check character."""
    if len(text) != _CHECKED_LENGTH or not _CHECKED_SHAPE.fullmatch(text):
        return False
    return text[17] == check_character(text[:17]) and _birth_date(text[6:14]) is not None


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number as read: the raw text, its canonical form, and what the check says of it.

    `id_type` is None where the source does not name one (feeds). `derived` marks a number upgraded from 15 digits.
    Raises ValueError where text and status contradict each other.
    """

    raw: str
    text: str
    id_type: IdType | None
    status: IdStatus
    derived: bool = False

    def __post_init__(self) -> None:
        if (self.status is IdStatus.EMPTY) != (self.text == ""):
            raise ValueError("An identity number is empty exactly where it has no characters.")
        if self.status is IdStatus.VALID and not passes_check(self.text):
            raise ValueError("An identity number marked valid must pass its check.")

    @classmethod
    def read(cls, raw: str, id_type: IdType = IdType.RESIDENT) -> Self:
        """Read a number of a known document type; never raises for what a person may have typed."""
        text = canonical(raw)
        return cls(raw, text, id_type, _status(text, id_type), _is_derived(raw, text))

    @property
    def birth_date(self) -> date | None:
        """Birth date that the number states; None where it does not pass its check."""
        return _birth_date(self.text[6:14]) if self.status is IdStatus.VALID else None

    @property
    def sex(self) -> int | None:
        """1 male (odd order number), 2 female; None where the number does not pass its check."""
        if self.status is not IdStatus.VALID:
            return None
        return 1 if int(self.text[16]) % 2 else 2

    @property
    def area(self) -> str | None:
        """Six digits of the place of issue, never a residence; None where the number does not pass its check."""
        return self.text[:6] if self.status is IdStatus.VALID else None

    @property
    def masked(self) -> str:
        """The number as pages and files show it."""
        return masked(self.text)


def masked(text: str) -> str:
    """A number as pages and files show it: '4401**********0012'. Of fewer than 15 characters one stays at either end.

    The same characters are hidden wherever a number is shown: of two ways of masking, each would show what the other
    hides.
    """
    kept = KEPT if len(text) >= LONG_FROM else KEPT_OF_SHORT
    hidden = len(text) - 2 * kept
    return "*" * len(text) if hidden < 1 else text[:kept] + "*" * hidden + text[-kept:]


def shown(code: str) -> str:
    """A code as pages and files show it: some agencies make the identity number part of the codes that they give.

    person_no, benefit_no, and the keys that departments give their records. Only what holds a date of birth in its
    place is taken for a number, so that other long codes can still be told apart.
    """
    if len(code) < LONG_FROM:
        return code
    for shape in _IN_CODES:
        code = shape.sub(lambda found: masked(found[0]), code)
    return code


def must_pass(text: str) -> bool:
    """Whether a canonical text is a resident number, right or wrong: nothing else has its length or its 15 digits."""
    return len(text) in _NEARLY_CHECKED_LENGTHS or _OLD_SHAPE.fullmatch(text) is not None


def read_untyped(raw: str) -> IdNumber:
    """Read a number whose document type the source does not name (feeds, contracts.md).

    A text that fails the check is `invalid` where nothing but a resident number has its length (16 to 19 characters,
    or 15 digits that cannot be upgraded); every other text is an `unchecked` document.
    """
    text = canonical(raw)
    return IdNumber(raw, text, None, _untyped_status(text), _is_derived(raw, text))


def _folded(raw: str) -> str:
    text = BLANKS.sub("", unicodedata.normalize("NFKC", raw)).upper()
    return unicodedata.normalize("NFKC", text)  # without its blank, an accent may have found a letter


def _status(text: str, id_type: IdType) -> IdStatus:
    if not text:
        return IdStatus.EMPTY
    if not _has_check_rule(text, id_type):
        return IdStatus.UNCHECKED
    return IdStatus.VALID if passes_check(text) else IdStatus.INVALID


def _has_check_rule(text: str, id_type: IdType) -> bool:
    if id_type is IdType.PERMANENT_RESIDENCE:  # the older card has 3 letters and 12 digits, without a check
        return len(text) == _CHECKED_LENGTH
    return id_type in (IdType.RESIDENT, IdType.RESIDENCE_PERMIT)


def _untyped_status(text: str) -> IdStatus:
    if not text:
        return IdStatus.EMPTY
    if passes_check(text):
        return IdStatus.VALID
    return IdStatus.INVALID if must_pass(text) else IdStatus.UNCHECKED


def _upgraded(fifteen: str) -> str:
    first17 = f"{fifteen[:6]}19{fifteen[6:]}"
    return first17 + check_character(first17)


def _is_derived(raw: str, text: str) -> bool:
    # only the upgrade makes a text longer than what was written, blanks aside
    return len(text) == _CHECKED_LENGTH and len(BLANKS.sub("", raw)) == 15 and passes_check(text)


def _birth_date(digits: str) -> date | None:
    """The real date that yyyyMMdd digits state, within the years a living recipient can have been born."""
    year = int(digits[:4])
    if year not in BIRTH_YEARS:
        return None
    try:
        return date(year, int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
