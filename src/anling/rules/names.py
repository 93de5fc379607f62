"""Personal names: the key by which they are compared, and the three ways two names can agree (domain.md, section 3)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Self

from opencc import OpenCC

DOT = "\u00b7"
DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e.-"
"""Every sign that arrives as the dot between the parts of a name; NFKC does not fold them to one."""

WILDCARDS = "?\u3007*\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff"
"""Unreadable glyphs, written as the inside of a regular expression's character class (private use as ranges)."""

HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\ue000-\uf8ff\U000f0000-\U0010ffff"
)
"""Han characters, as the inside of a character class. Private use counts as Han: GB18030 names park rare ones there."""

_FOLD_DOTS = str.maketrans(dict.fromkeys(DOTS, DOT))
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]+(?:\u00b7[\u4e00-\u9fff]+)*")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]+")
_AROUND_DOT = re.compile(rf"\s*{DOT}\s*")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}{WILDCARDS}])\s+(?=[{HAN}{WILDCARDS}])")
_LETTER = rf"(?:(?![{HAN}])[^\W\d_])"
_HAN_BESIDE_LETTER = re.compile(rf"(?<=[{HAN}])\s+(?={_LETTER})|(?<=[^\W\d_])(?<![{HAN}])\s+(?=[{HAN}])")
_WILDCARD = re.compile(f"[{WILDCARDS}]")


class Agreement(StrEnum):
    """How two names agree: the same key, a script or unreadable variant of it, or not at all."""

    SAME = "same"
    VARIANT = "variant"
    DIFFERENT = "different"


def match_key(raw: str) -> str:
    """The form in which names are compared: NFKC, dots folded, blanks settled, Latin in capitals; '' where empty.

    Blanks vanish between Han characters and around dots; between a Han character and a letter of another script they
    stand for a dot; elsewhere one blank remains. Applying it twice changes nothing.
    """
    if _PLAIN_HAN.fullmatch(raw):
        return raw
    return _settle_blanks(_folded(raw).translate(_FOLD_DOTS).strip())


def simplified(key: str) -> str:
    """A match key in simplified characters, by OpenCC `t2s` in its pinned version. Plain ASCII comes back as it is."""
    return key if key.isascii() else str(_t2s().convert(key))


def has_wildcard(key: str) -> bool:
    """Whether a key holds a glyph that somebody could not read or print; each stands for one character."""
    return _WILDCARD.search(key) is not None


def masked_name(name: str) -> str:
    """The first character of a name and a mark: what a screen shows of it."""
    return f"{name[:1]}＊" if name else ""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as written, with its match key and that key in simplified characters.

    Raises ValueError where the keys do not belong to the name.
    """

    raw: str
    key: str
    simplified: str

    def __post_init__(self) -> None:
        if self.key != match_key(self.raw) or self.simplified != simplified(self.key):
            raise ValueError("The keys of a name must be derived from the name itself: use PersonName.read.")

    @classmethod
    def read(cls, raw: str) -> Self:
        """Read a name as any source may write it; never raises."""
        key = match_key(raw)
        return cls(raw, key, simplified(key))


def agreement(a: PersonName, b: PersonName) -> Agreement:
    """How two names agree; symmetric. An empty name is different from every name.

    A variant is equal in simplified characters, or of equal length there and equal wherever both sides are readable.
    """
    if not a.key or not b.key:
        return Agreement.DIFFERENT
    if a.key == b.key:
        return Agreement.SAME
    return Agreement.VARIANT if _same_where_readable(a.simplified, b.simplified) else Agreement.DIFFERENT


def _same_where_readable(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    return all(x == y or has_wildcard(x) or has_wildcard(y) for x, y in zip(a, b, strict=True))


def _folded(raw: str) -> str:
    if raw.isascii():
        return raw.upper()
    visible = _INVISIBLE.sub("", raw)
    # capitals of a few letters come decomposed, so the fold is done on either side of them
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).upper())


def _settle_blanks(text: str) -> str:
    if len(text.split()) < 2:
        return text
    text = _AROUND_DOT.sub(DOT, text)
    text = _HAN_BESIDE_LETTER.sub(DOT, _BETWEEN_HAN.sub("", text))
    return " ".join(text.split())


@cache
def _t2s() -> OpenCC:
    return OpenCC("t2s")
