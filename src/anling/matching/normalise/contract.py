"""Questions that rosters and feeds are asked alike: what no row may hold (contracts.md)."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anling.matching.normalise.columns import Mask, asked, each_once, holding
from anling.matching.normalise.texts import Texts

_REGION = re.compile("[0-9]{6}|[0-9]{9}|[0-9]{12}")
_ROUNDED = re.compile(r"\s*[0-9]([.][0-9]+)?[eE][+]?[0-9]+\s*")
_MANY_DIGITS = re.compile("[0-9]{14}")
_SHORTEST_WITH_MANY_DIGITS = 15


def rounded(numbers: pa.Array, odd: NDArray[np.intp]) -> Mask:
    """Numbers that a spreadsheet had turned into a floating-point value: their last digits are gone.

    odd: where to look, the places of the numbers that are not plain.
    """
    return asked(numbers, odd, _ROUNDED.fullmatch)


def number_as_name(names: pa.Array) -> Mask:
    """Identity numbers in the column of names: the columns are swapped."""
    return asked(names, np.flatnonzero(Texts.of(names).lengths >= _SHORTEST_WITH_MANY_DIGITS), _MANY_DIGITS.search)


def no_region(column: pa.Array) -> Mask:
    """Texts that are no region code, empty ones aside."""
    return each_once(column, lambda text: bool(text.strip()) and not _REGION.fullmatch(text.strip()))


def with_nul(columns: Mapping[str, pa.Array], nul_in: Iterable[str]) -> Mask:
    """Rows that hold a NUL character in one of these columns."""
    found: Mask = np.logical_or.reduce([holding(columns[name], "\0") for name in sorted(nul_in)])
    return found


def first_of(length: int, wrong: Iterable[tuple[int, NDArray[np.bool_ | np.intp]]]) -> NDArray[np.uint8]:
    """For each row the number of the first reason that concerns it, 0 where none does."""
    found = np.zeros(length, np.uint8)
    for number, rows in reversed(list(wrong)):
        found[rows] = number
    return found
