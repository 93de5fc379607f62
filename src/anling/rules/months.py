"""Calendar months, the unit in which the certification clock counts (N-A2)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self, overload

_WRITTEN = re.compile(r"([0-9]{4})-?([0-9]{2})")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month. The clock counts whole months, so the day never matters (domain.md, section 1).

    `index` is year × 12 + (month − 1), the form in which months are stored and compared.
    Raises ValueError for a month outside the years 1 to 9999.
    """

    index: int

    def __post_init__(self) -> None:
        if not 12 <= self.index < 120_000:
            raise ValueError(f"Month index {self.index} lies outside the years 1 to 9999.")

    @classmethod
    def of(cls, year: int, month: int) -> Self:
        """Month from a year and a month number 1..12; ValueError for any other number."""
        if not 1 <= month <= 12:
            raise ValueError(f"Month {month} is not between 1 and 12.")
        return cls(year * 12 + month - 1)

    @classmethod
    def of_date(cls, day: date) -> Self:
        """The month in which a day lies."""
        return cls(day.year * 12 + day.month - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Month written yyyy-MM or yyyyMM (contracts.md); ValueError for every other form."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"'{text}' is not a month: write it as yyyy-MM or yyyyMM.")
        return cls.of(int(written[1]), int(written[2]))

    @property
    def year(self) -> int:
        """Calendar year, 1 to 9999."""
        return self.index // 12

    @property
    def month(self) -> int:
        """Number of the month in its year, 1 to 12."""
        return self.index % 12 + 1

    @property
    def first_day(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Last day of the month, leap years counted."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __add__(self, months: int) -> "Month":
        return Month(self.index + months)

    @overload
    def __sub__(self, other: int) -> "Month": ...
    @overload
    def __sub__(self, other: "Month") -> int: ...
    def __sub__(self, other: "int | Month") -> "Month | int":
        if isinstance(other, Month):
            return self.index - other.index
        return Month(self.index - other)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
