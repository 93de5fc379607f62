"""Identity numbers of a whole column as packed keys (domain.md, section 3).

A key above zero is the first 17 digits × 11 + the check value of a number that passes its check; a key below zero is
the hash of any other canonical text. What a number means is said once, in `rules.numbers`: here the plain case is
decided over whole columns, a number that is canonical as it stands and passes; every other text is put to the rules.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anling.matching.normalise.texts import Texts
from anling.rules.numbers import (
    BIRTH_YEARS,
    CHECK_CHARACTERS,
    WEIGHTS,
    IdNumber,
    IdType,
    canonical,
    must_pass,
    passes_check,
    read_untyped,
)

CHECK_RADIX = 11
NO_KEY = np.iinfo(np.int64).min
"""Stands for the key of an empty number, of which nothing can be said."""

_LENGTH = 18
_REMEMBERED = 1 << 16
_ZEROS, _HIGH, _SIX = np.uint64(0x3030303030303030), np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606)
_X = ord("X") - ord("0")
_FOUR = 10_000


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers. odd: the rows that are not plain; odd_texts: their canonical texts, empty where empty.

    failing: the odd rows that fail a check which they should pass, as far as that can be told without a document type.
    """

    keys: NDArray[np.int64]
    odd: NDArray[np.intp]
    odd_texts: pa.Array
    failing: NDArray[np.bool_]

    @classmethod
    def read(cls, column: pa.Array) -> "Numbers":
        """The numbers of a column of texts; null counts as empty."""
        keys, plain = plain_keys(Texts.of(column))
        odd = np.flatnonzero(~plain)
        written = column.take(pa.array(odd)).fill_null("").dictionary_encode()
        places = written.indices.to_numpy()
        canonical_texts = [_canonical(text) for text in written.dictionary.to_pylist()]
        known = pa.array(canonical_texts, pa.large_string())
        texts = Texts.of(known)
        packed, passing = plain_keys(texts)
        hashed = -(texts.hashes() >> np.uint64(2)).astype(np.int64) - 1
        keys[odd] = np.where(passing, packed, np.where(texts.lengths == 0, NO_KEY, hashed))[places]
        failing = ~passing & np.array([must_pass(text) for text in canonical_texts], bool)
        return cls(keys, odd, known.take(written.indices), failing[places])


_canonical = lru_cache(_REMEMBERED)(canonical)
"""Odd texts repeat: one person, many records."""


def packed_key(text: str) -> int | None:
    """First 17 digits × 11 + check value of a canonical text that passes its check; None for any other."""
    return int(text[:17]) * CHECK_RADIX + CHECK_CHARACTERS.index(text[17]) if passes_check(text) else None


@lru_cache(_REMEMBERED)
def typed_status(raw: str, id_type: str) -> str:
    """valid, unchecked, invalid or empty: what the check says of a number of a known document type."""
    return IdNumber.read(raw, IdType(id_type)).status.value


@lru_cache(_REMEMBERED)
def number_status(raw: str) -> str:
    """valid, unchecked, invalid or empty: what the check says of a number whose document type is not named."""
    return read_untyped(raw).status.value


def plain_keys(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The packed keys, and which of the numbers are canonical as they stand and pass their check: only they count."""
    parts = [_keys_of_block(block) for block in texts.blocks()]
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, bool)
    return np.concatenate([keys for keys, _ in parts]), np.concatenate([plain for _, plain in parts])


def _keys_of_block(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    fitting = texts.lengths == _LENGTH
    if fitting.all():
        return _keys_of_18(texts)
    found, passing = np.zeros(len(texts), np.int64), np.zeros(len(texts), bool)
    found[fitting], passing[fitting] = _keys_of_18(Texts(texts.data, texts.starts[fitting], texts.lengths[fitting]))
    return found, passing


def _keys_of_18(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Of texts that are all 18 bytes long."""
    first, second, end = texts.inner_words(0), texts.inner_words(8), texts.inner_words(10) >> np.uint64(48)
    seventeenth = (end & np.uint64(0xFF)).astype(np.int64) - ord("0")
    last = (end >> np.uint64(8)).astype(np.int64) - ord("0")
    check = np.where(last == _X, 10, last)
    plain = _all_digits(first) & _all_digits(second)
    plain &= (seventeenth >= 0) & (seventeenth <= 9) & (((last >= 0) & (last <= 9)) | (last == _X))
    a, b = _fours(first)
    c, d = _fours(second)
    total = _TOTALS[0][a] + _TOTALS[1][b] + _TOTALS[2][c] + _TOTALS[3][d] + seventeenth * WEIGHTS[16]
    plain &= (total + check) % CHECK_RADIX == 1
    year, month_and_day = b % 100 * 100 + c // 100, c % 100 * 100 + d // 100
    plain &= _YEARS[year] & _DAYS[month_and_day] != 0
    keys = ((((a * _FOUR + b) * _FOUR + c) * _FOUR + d) * 10 + seventeenth) * CHECK_RADIX + check
    return keys, plain


def _all_digits(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether all eight bytes are digits: their upper halves are 3, and still are after 6 is added."""
    found: NDArray[np.bool_] = ((words & _HIGH) == _ZEROS) & (((words + _SIX) & _HIGH) == _ZEROS)
    return found


def _fours(words: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Eight digits as two numbers below 10,000; of bytes that are no digits, any two numbers below 10,000.

    Neighbours are joined in one multiplication for all: first to pairs (× 10 + 1), then to fours (× 100 + 1).
    """
    pairs = ((words & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(10 << 8 | 1)) >> np.uint64(8)
    fours = ((pairs & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(100 << 16 | 1)) >> np.uint64(16)
    low, high = fours & np.uint64(0xFFFF), (fours >> np.uint64(32)) & np.uint64(0xFFFF)
    return low.astype(np.int64) % _FOUR, high.astype(np.int64) % _FOUR


def _weighed(weights: tuple[int, ...]) -> NDArray[np.int64]:
    """For each number below 10,000 the sum of its digits, each times its weight."""
    numbers = np.arange(_FOUR)
    total = np.zeros(_FOUR, np.int64)
    for power, weight in zip((1000, 100, 10, 1), weights, strict=True):
        total += numbers // power % 10 * weight
    return total


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _years() -> NDArray[np.uint8]:
    """3 for a leap year in which a living recipient can have been born, 1 for another such year, 0 for no such year."""
    return np.array([(3 if _leap(year) else 1) if year in BIRTH_YEARS else 0 for year in range(_FOUR)], np.uint8)


def _days() -> NDArray[np.uint8]:
    """For each MMDD 3 where every year has that day, 2 where leap years have it, 0 where no year has."""
    last = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
    found = np.zeros(_FOUR, np.uint8)
    for month in range(1, 13):
        found[month * 100 + 1 : month * 100 + last.get(month, 31) + 1] = 3
    found[229] = 2
    return found


_TOTALS = tuple(_weighed(WEIGHTS[at : at + 4]) for at in range(0, 16, 4))
_YEARS, _DAYS = _years(), _days()
