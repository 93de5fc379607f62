"""A column of text as numbers: its bytes end to end, where each text begins, and how long it is.

Eight bytes of a text are one unsigned integer. So thousands of numbers and names are judged by a few operations over
whole columns, and no loop in Python touches a row. The same columns come from every engine, as Arrow arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

WORD = 8
"""Bytes of a text that are looked at together."""

_BLOCK = 1 << 16
_MASKS = np.array([(1 << (8 * length)) - 1 for length in range(WORD + 1)], dtype=np.uint64)
_ODD, _OTHER_ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_HALF, _LESS = np.uint64(32), np.uint64(29)
_ALL_BITS = (1 << 64) - 1
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of a column; one that is missing has the length 0. `data` is the column's own memory, not a copy."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.Array) -> "Texts":
        """The texts of a string or large_string array."""
        validity, offsets, data = column.buffers()
        kind = np.int64 if pa.types.is_large_string(column.type) else np.int32
        bounds = np.frombuffer(offsets, kind)[column.offset : column.offset + len(column) + 1].astype(np.int64)
        first, last = int(bounds[0]), int(bounds[-1])
        held = np.frombuffer(data, np.uint8)[first:last] if last > first else np.zeros(0, np.uint8)
        lengths = np.diff(bounds)
        if validity is not None and column.null_count:
            lengths[missing(column)] = 0
        return cls(held, bounds[:-1] - first, lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def blocks(self) -> Iterator["Texts"]:
        """The same texts, as many at a time as the processor's caches hold."""
        for at in range(0, len(self), _BLOCK):
            starts, lengths = self.starts[at : at + _BLOCK], self.lengths[at : at + _BLOCK]
            first, last = int(starts[0]), int(starts[-1] + lengths[-1])
            yield Texts(self.data[first:last], starts - first, lengths)

    def inner_words(self, at: int) -> NDArray[np.uint64]:
        """The eight bytes of each text from its byte `at` on, where every text has them."""
        return self._windows()[self.starts + at] if len(self) else np.zeros(0, np.uint64)

    def _windows(self) -> NDArray[np.uint64]:
        """The eight bytes from each byte on."""
        return np.ndarray((len(self.data) - WORD + 1,), "<u8", self.data, 0, (1,))  # unaligned, which NumPy knows

    def words(self, at: int) -> NDArray[np.uint64]:
        """The eight bytes of each text from its byte `at` on, the first one lowest; what lies beyond its end is 0."""
        if len(self.data) < WORD:
            return Texts(np.concatenate([self.data, np.zeros(WORD, np.uint8)]), self.starts, self.lengths).words(at)
        places = self.starts + at
        last = len(self.data) - WORD
        found: NDArray[np.uint64] = self._windows()[np.minimum(places, last)]
        beyond = np.flatnonzero(places > last)  # the last few texts end less than a word before the data does
        found[beyond] >>= (8 * np.minimum(places[beyond] - last, WORD - 1)).astype(np.uint64)
        found &= _MASKS[np.clip(self.lengths - at, 0, WORD)]
        return found

    def hashes(self) -> NDArray[np.uint64]:
        """64 bits for each text, equal for equal texts; kept in files, so they must stay what they are."""
        return np.concatenate([block.hashes_of_block() for block in self.blocks()] or [np.zeros(0, np.uint64)])

    def hashes_of_block(self) -> NDArray[np.uint64]:
        """The hashes without cutting the column into blocks."""
        found = self.lengths.astype(np.uint64) * _ODD
        for at in range(0, max(2 * WORD, int(self.lengths.max(initial=0))), WORD):
            # two words of every text, short ones too: no hash may depend on the texts beside it
            longer = slice(None) if at <= WORD else np.flatnonzero(self.lengths > at)
            part = self if at <= WORD else Texts(self.data, self.starts[longer], self.lengths[longer])
            mixed = found[longer]
            mixed ^= part.words(at)
            for factor, shift in ((_OTHER_ODD, _HALF), (_ODD, _LESS)):
                mixed *= factor
                mixed ^= mixed >> shift
            found[longer] = mixed
        return found


def missing(column: pa.Array) -> NDArray[np.bool_]:
    """Which values of an array are null."""
    return np.asarray(column.is_null().to_numpy(zero_copy_only=False), bool)


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def hashes_of(texts: list[str]) -> NDArray[np.uint64]:
    """The hashes of a few texts."""
    return Texts.of(pa.array(texts, pa.large_string())).hashes()


@lru_cache(_REMEMBERED)
def hash_of(text: str) -> int:
    """The hash of one text: the same as of a column, without making one."""
    data = text.encode()
    found = len(data) * int(_ODD) & _ALL_BITS
    for at in range(0, max(2 * WORD, len(data)), WORD):
        found ^= int.from_bytes(data[at : at + WORD], "little")
        for factor, shift in ((_OTHER_ODD, _HALF), (_ODD, _LESS)):
            found = found * int(factor) & _ALL_BITS
            found ^= found >> int(shift)
    return found


def picked(length: int, odd: NDArray[np.intp], values: pa.Array, places: NDArray[np.intp]) -> pa.Array:
    """For some of `length` places the values there; null where a place is none of the `odd` ones, which have them."""
    numbered = np.full(length, -1, np.int32)
    numbered[odd] = np.arange(len(odd))
    chosen = numbered[places]
    return values.take(pa.array(chosen, mask=chosen < 0))
