"""The array types of this room, and text columns built from arrays without a Python loop."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

NEVER = 2**30
"""A day number after every date: for people who have not died, not left, not been detained."""


def digits(values: Ints, width: int) -> Bytes:
    """Decimal digits 0–9 of non-negative integers, most significant first, as an (n, width) array."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return ((np.asarray(values, dtype=np.int64)[:, None] // powers) % 10).astype(np.uint8)


def text_of(characters: Bytes) -> pa.Array:
    """An (n, width) array of ASCII codes as n strings; code 0 stands for nothing and is left out."""
    width = characters.shape[1]
    present = characters != 0
    if present.all():
        offsets = np.arange(len(characters) + 1, dtype=np.int32) * width
        flat = np.ascontiguousarray(characters)
    else:
        offsets = np.zeros(len(characters) + 1, dtype=np.int32)
        np.cumsum(present.sum(axis=1), out=offsets[1:])
        flat = characters[present]
    return pa.StringArray.from_buffers(len(characters), pa.py_buffer(offsets), pa.py_buffer(flat))


def numbered(prefix: str, values: Ints, width: int) -> pa.Array:
    """Strings such as r0000042: an ASCII prefix and a number padded with zeros."""
    characters = np.empty((len(values), len(prefix) + width), dtype=np.uint8)
    characters[:, : len(prefix)] = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    characters[:, len(prefix) :] = digits(values, width) + ord("0")
    return text_of(characters)


def dates(days: Ints, missing: Bools | None = None) -> pa.Array:
    """Days since 1970-01-01 as a date column; `missing` rows are null."""
    return pa.array(np.asarray(days, dtype=np.int32), type=pa.int32(), mask=missing).cast(pa.date32())


def months_text(indexes: Ints) -> pa.Array:
    """Month indexes (year·12 + month − 1) as yyyy-MM; a negative index is null."""
    known = np.maximum(indexes, 0)
    characters = np.full((len(indexes), 7), ord("-"), dtype=np.uint8)
    characters[:, :4] = digits(known // 12, 4) + ord("0")
    characters[:, 5:] = digits(known % 12 + 1, 2) + ord("0")
    return pc.if_else(pa.array(indexes >= 0), text_of(characters), pa.scalar(None, pa.string()))


def month_index(days: Ints) -> Ints:
    """The month (year·12 + month − 1) in which each day number lies."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def year_month_day(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Calendar year, month and day of each day number."""
    moments = np.asarray(days).astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    index = months.astype(np.int64)
    return 1970 + index // 12, index % 12 + 1, (moments - months.astype("datetime64[D]")).astype(np.int64) + 1


def pick(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """`count` positions drawn with replacement by weight."""
    edges = np.cumsum(weights, dtype=np.float64)
    return np.searchsorted(edges / edges[-1], rng.random(count), side="right")
