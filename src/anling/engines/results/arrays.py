"""Between Arrow columns and NumPy arrays: integers, flags, and few words in many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def array_of(column: pa.ChunkedArray | pa.Array, kind: pa.DataType | None = None) -> pa.Array:
    """A column as one array, of another type where one is named."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array if kind is None or array.type == kind else array.cast(kind)


def ints_of(column: pa.ChunkedArray | pa.Array) -> Ints:
    """A column of integers without nulls."""
    return np.asarray(array_of(column, pa.int64()))


def flags_of(column: pa.ChunkedArray | pa.Array) -> Flags:
    """A column of booleans without nulls."""
    return np.asarray(array_of(column).to_numpy(zero_copy_only=False), bool)


def word_places(column: pa.ChunkedArray, words: Sequence[str | None]) -> Ints:
    """For each text its place among the words; null is None among them."""
    return ints_of(pc.index_in(array_of(column, pa.string()), pa.array([w and str(w) for w in words], pa.string())))


def written_words(places: npt.NDArray[Any], words: Sequence[str | None]) -> pa.DictionaryArray:
    """Places among few words as a dictionary: it travels and is written as integers; None becomes null."""
    missing = places == words.index(None) if None in words else None
    dictionary = pa.array(["" if word is None else str(word) for word in words], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32), mask=missing), dictionary)


def days(numbers: npt.NDArray[np.int32], missing: Flags | None = None) -> pa.Array:
    """Day numbers as dates, null where missing."""
    return pa.array(numbers, pa.int32(), mask=missing).cast(pa.date32())
