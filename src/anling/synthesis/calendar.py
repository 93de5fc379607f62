"""When the province is looked at, and in which monthly batch a row arrives."""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from anling.synthesis.columns import Ints

EPOCH = date(1970, 1, 1)
BATCH_MONTHS = 13


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=number)


@dataclass(frozen=True)
class Batch:
    """One monthly delivery: its name, the arrivals it covers (both days included) and the day it is handed over."""

    name: str
    covers_from: date
    covers_to: date
    delivered_on: date


@dataclass(frozen=True)
class Calendar:
    """The as-of day and the months around it: feeds cover the as-of month and the twelve before it."""

    as_of: date

    @property
    def last(self) -> int:
        """The as-of day as a day number."""
        return day_number(self.as_of)

    @property
    def month(self) -> int:
        """Index of the as-of month (year·12 + month − 1)."""
        return self.as_of.year * 12 + self.as_of.month - 1

    @property
    def first(self) -> int:
        """First day that any feed covers."""
        return day_number(first_day(self.month - BATCH_MONTHS + 1))

    @property
    def middle(self) -> int:
        """The day in the middle of the covered time."""
        return (self.first + self.last) // 2

    def batches(self, delay_days: int) -> tuple[Batch, ...]:
        """The batches of a department that needs `delay_days`, up to the as-of day; the newest one may be cut short."""
        made = []
        for month in range(self.month - BATCH_MONTHS + 1, self.month + 1):
            covers_to = min(last_day(month), self.as_of - timedelta(days=delay_days))
            if covers_to >= first_day(month):
                name = f"{month // 12:04d}-{month % 12 + 1:02d}"
                made.append(Batch(name, first_day(month), covers_to, covers_to + timedelta(days=delay_days)))
        return tuple(made)

    def batch_of(self, arrivals: Ints, batches: tuple[Batch, ...]) -> Ints:
        """Position of the batch that brings each arrival day; −1 where none does by the as-of day."""
        if not batches:
            return np.full(len(arrivals), -1)
        starts = np.array([day_number(batch.covers_from) for batch in batches])
        place = np.searchsorted(starts, arrivals, side="right") - 1
        return np.where(arrivals > day_number(batches[-1].covers_to), -1, place)


def first_day(month: int) -> date:
    """First day of a month index."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """Last day of a month index."""
    return date(month // 12, month % 12 + 1, months.monthrange(month // 12, month % 12 + 1)[1])
