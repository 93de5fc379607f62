"""Dates and months of a whole column (contracts.md, roster): each way of writing one is read once, then looked up."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

NONE = np.iinfo(np.int32).min
"""Stands for a day or month that is not there or cannot be read."""

EPOCH = date(1970, 1, 1).toordinal()
_REMEMBERED = 1 << 16
_TIME = r"[ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
_DAY_FORMS = (
    re.compile(rf"([1-9][0-9]{{3}})-([0-9]{{2}})-([0-9]{{2}})(?:{_TIME})?"),
    re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})"),
    re.compile(r"([12][0-9]{3})/([0-9]{1,2})/([0-9]{1,2})"),
)
_MONTH = re.compile(r"([12][0-9]{3})-?(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates. values: days since 1970-01-01, or months as year × 12 + month − 1; NONE where there is none.

    unreadable: which have a text that states none.
    """

    values: NDArray[np.int32]
    unreadable: NDArray[np.bool_]

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which of them are known."""
        return np.asarray(self.values != NONE, bool)


def read_days(column: pa.Array) -> Dates:
    """Days of a column of dates or of texts."""
    if pa.types.is_date32(column.type):
        return Dates(_days_of(column), np.zeros(len(column), bool))
    return _read(column, day_of)


def read_months(column: pa.Array) -> Dates:
    """Months of a column of dates or of texts."""
    if pa.types.is_date32(column.type):
        days = _days_of(column)
        months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
        return Dates(np.where(days == NONE, NONE, months).astype(np.int32), np.zeros(len(column), bool))
    return _read(column, month_of)


def as_dates(days: NDArray[np.int32]) -> pa.Array:
    """Days as an Arrow array of dates."""
    return as_integers(days).cast(pa.date32())


def as_integers(values: NDArray[np.int32]) -> pa.Array:
    """Days or months as an Arrow array, null where there is none."""
    return pa.array(values, pa.int32(), mask=values == NONE)


@lru_cache(_REMEMBERED)
def day_of(text: str) -> int | None:
    """The day that a text states as ISO (a time of day after it is dropped), yyyyMMdd or yyyy/M/d."""
    for form in _DAY_FORMS:
        if found := form.fullmatch(text):
            year, month, day = found.group(1, 2, 3)
            try:
                return date(int(year), int(month), int(day)).toordinal() - EPOCH
            except ValueError:
                return None
    return None


@lru_cache(_REMEMBERED)
def month_of(text: str) -> int | None:
    """The month that a text states as yyyy-MM or yyyyMM."""
    found = _MONTH.fullmatch(text)
    return int(found.group(1)) * 12 + int(found.group(2)) - 1 if found else None


def _days_of(column: pa.Array) -> NDArray[np.int32]:
    return np.asarray(column.cast(pa.int32()).fill_null(NONE).to_numpy(zero_copy_only=False), np.int32)


def _read(column: pa.Array, meaning: Callable[[str], int | None]) -> Dates:
    written = column.dictionary_encode()
    texts = [text.strip() for text in written.dictionary.to_pylist()]
    values = [meaning(text) for text in texts]
    known = np.array([NONE if value is None else value for value in values] + [NONE], np.int32)
    wrong = np.array([value is None and text != "" for value, text in zip(values, texts, strict=True)] + [False], bool)
    places = written.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return Dates(known[places], wrong[places])
