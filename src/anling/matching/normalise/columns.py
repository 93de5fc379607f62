"""Questions about whole columns of text, each asked once of every way in which a value is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anling.matching.normalise.texts import Texts, missing

Mask = NDArray[np.bool_]

_SIGN_BIT = np.uint64(1 << 63)
_BLANK_BEGINS = np.zeros(256, bool)
_BLANK_BEGINS[sorted({chr(point).encode()[0] for point in range(0x3001) if chr(point).isspace()})] = True
"""The bytes with which a blank begins, in UTF-8: Han characters, but for a few, do not."""


def empty(column: pa.Array) -> Mask:
    """Which values are missing, or texts of nothing but blanks."""
    if not pa.types.is_large_string(column.type):
        return missing(column)
    texts = Texts.of(column)
    found: Mask = texts.lengths == 0
    doubtful = np.flatnonzero(~found & _BLANK_BEGINS[texts.words(0) & np.uint64(0xFF)])
    if len(doubtful):
        found[doubtful] = [not text.strip() for text in column.take(pa.array(doubtful)).to_pylist()]
    return found


def each_once(column: pa.Array, question: Callable[[str], bool]) -> Mask:
    """The answer for each text of a column whose texts repeat; no for one that is missing."""
    if not pa.types.is_large_string(column.type):
        return np.zeros(len(column), bool)
    written = column.dictionary_encode()
    answers = np.array([*map(question, written.dictionary.to_pylist()), False], bool)
    return np.asarray(answers[_places(written)], bool)


def numbered(column: pa.Array, numbers: Mapping[str, int | str]) -> NDArray[np.uint8]:
    """The number that stands for each text, blanks around it aside; 0 where the text is missing or none of these."""
    if not pa.types.is_large_string(column.type):
        return np.zeros(len(column), np.uint8)
    written = column.dictionary_encode()
    texts = [text.strip() for text in written.dictionary.to_pylist()]
    known = np.array([*(int(numbers.get(text, 0)) for text in texts), 0], np.uint8)
    return known[_places(written)]


def holding(column: pa.Array, sign: str) -> Mask:
    """Which texts hold a sign."""
    if not pa.types.is_large_string(column.type):
        return np.zeros(len(column), bool)
    return np.asarray(pc.match_substring(column, sign).fill_null(False).to_numpy(zero_copy_only=False), bool)


def asked(column: pa.Array, places: NDArray[np.intp], question: Callable[[str], object]) -> Mask:
    """The answer for the texts at a few places; no everywhere else."""
    found = np.zeros(len(column), bool)
    texts = column.take(pa.array(places)).to_pylist()
    found[places] = [text is not None and bool(question(text)) for text in texts]
    return found


def order_of(numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """The order that sorts whole numbers; equal ones keep theirs.

    Sixteen bits at a time, the lowest first: NumPy sorts such short numbers by counting, in half the time of its own
    stable sort of long ones.
    """
    unsigned = numbers.view(np.uint64) ^ _SIGN_BIT
    order = np.argsort(unsigned.astype(np.uint16), kind="stable")
    for shift in (16, 32, 48):
        part = (unsigned >> np.uint64(shift)).astype(np.uint16)
        if np.any(part != part[:1]):
            order = order[np.argsort(part[order], kind="stable")]
    return order


def _places(written: pa.DictionaryArray) -> NDArray[np.int32]:
    """Where each text stands among the different ones; one past their end where it is missing."""
    return np.asarray(written.indices.fill_null(len(written.dictionary)).to_numpy(zero_copy_only=False), np.int32)


@dataclass(frozen=True, slots=True)
class Words:
    """A column of codes in our own words. places: of each row's word among `known`, −1 where it has none.

    unknown: rows with a text that is no code of ours.
    """

    known: tuple[str, ...]
    places: NDArray[np.int32]
    unknown: Mask

    def texts(self) -> pa.Array:
        """The words as a dictionary, null where there is none."""
        return pa.DictionaryArray.from_arrays(
            pa.array(self.places, mask=self.places < 0), pa.array(self.known, pa.string())
        )

    def are(self, word: str) -> Mask:
        """Which rows have this word."""
        return np.asarray(self.places == self.known.index(word), bool) if word in self.known else self.places == -2


def words(column: pa.Array, meanings: Mapping[str, str]) -> Words:
    """Our words for a column of codes, spelt exactly as `meanings` has them."""
    known = tuple(dict.fromkeys(meanings.values()))
    if not pa.types.is_large_string(column.type):
        return Words(known, np.full(len(column), -1, np.int32), ~missing(column))
    written = column.dictionary_encode()
    texts = written.dictionary.to_pylist()
    each = _places(written)
    places = np.array([*(known.index(meanings[text]) if text in meanings else -1 for text in texts), -1], np.int32)
    unknown = np.array([*(text not in meanings and bool(text.strip()) for text in texts), False], bool)
    return Words(known, places[each], unknown[each])


def trimmed(column: pa.Array) -> pa.Array:
    """The texts without blanks around them; null where nothing is left."""
    cut = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(cut, ""), None, cut) if pc.any(pc.equal(cut, "")).as_py() else cut
