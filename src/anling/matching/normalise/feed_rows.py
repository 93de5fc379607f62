"""A feed's ingest: which rows break the contract, and what is read of the others (contracts.md, feeds).

An engine reads the columns of a file as Arrow arrays, each of text or of dates, null where a value is missing, and puts
them to `FeedRows.read` some hundred thousand rows at a time. Whatever the engine, what is made of them is the same.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anling.matching.normalise import contract
from anling.matching.normalise.columns import Mask, each_once, empty, numbered, order_of
from anling.matching.normalise.dates import Dates, read_days
from anling.matching.normalise.names import Names
from anling.matching.normalise.numbers import NO_KEY, Numbers
from anling.matching.normalise.rejections import FEED_REASONS, Rejection, rejection
from anling.matching.normalise.texts import whole
from anling.matching.parameters import day_number

DATES = frozenset(("event_date", "end_date", "birth_date"))
LOSS_SIGNS = frozenset(("death", "custody", "missing", "double_benefit", "release", "revocation"))
CHECKED_SIGNS = LOSS_SIGNS | {"life"}

_OLDEST_EVENT = day_number(date(1900, 1, 1))
_REASONS = tuple(FEED_REASONS.values())
_LAST = np.iinfo(np.int64).max

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What ingest needs of one code: its sign and grade, the number of its kind, and which date counts."""

    code: str
    sign: str
    grade: str
    kind: int
    by_end: bool


@dataclass(frozen=True, slots=True)
class FeedRules:
    """What decides how a batch of a feed is ingested: the feed's codes, the day of delivery, what the sexes are called.

    present: the columns that the file has. sexes: raw text → 1, 2 or 9. nul_in: columns that may hold NUL characters.
    """

    feed: str
    codes: tuple[CodeRow, ...]
    delivered: date
    present: frozenset[str]
    sexes: Mapping[str, str]
    nul_in: frozenset[str] = frozenset()

    def numbers(self, signs: Collection[str]) -> list[int]:
        """The numbers, from 1, of the codes with one of these signs."""
        return [number for number, row in enumerate(self.codes, 1) if row.sign in signs]


@dataclass(frozen=True, slots=True)
class FeedRows:
    """Rows of one batch, read. reasons: 0 accepted, else the number, from 1, of a reason in `FEED_REASONS`.

    columns: as the file has them, and `row`, 1 for the first row of the file. codes: numbers of the codes, 0 where
    nobody knows it. days: the day that counts, since 1970-01-01.
    """

    rules: FeedRules
    columns: Mapping[str, pa.Array]
    reasons: NDArray[np.uint8]
    codes: NDArray[np.uint8]
    days: NDArray[np.int32]
    ended: Dates
    born: Dates | None
    numbers: Numbers
    names: Names

    @classmethod
    def read(cls, table: pa.Table, rules: FeedRules, repeated: Places) -> "FeedRows":
        """Read a piece of a batch; `repeated`: places of the rows whose row_id an earlier row of the batch has."""
        columns = {name: whole(table.column(name)) for name in table.column_names}
        codes = numbered(columns["code"], {row.code: number for number, row in enumerate(rules.codes, 1)})
        event, ended = read_days(columns["event_date"]), read_days(columns["end_date"])
        born = read_days(columns["birth_date"]) if "birth_date" in rules.present else None
        numbers, names = Numbers.read(columns["id_number"]), Names.read(columns["name"])
        by_end = _by_end(rules)[codes]
        asked: tuple[tuple[str, Mask | Places], ...] = (
            *_needed(columns, codes, event),
            *_in_order(event, ended, by_end, day_number(rules.delivered)),
            *_proper(columns, born, numbers.odd, rules),
            ("row_id_repeated", repeated),
        )
        reasons = contract.first_of(len(codes), ((_NUMBERS[reason], rows) for reason, rows in asked))
        days = np.where(by_end, ended.values, event.values)
        return cls(rules, columns, reasons, codes, days, ended, born, numbers, names)

    @property
    def accepted(self) -> Mask:
        """Which rows keep the contract."""
        return np.asarray(self.reasons == 0, bool)

    def bearing(self, signs: Collection[str]) -> Mask:
        """Which accepted rows have one of these signs."""
        wanted = np.zeros(len(self.rules.codes) + 1, bool)
        wanted[self.rules.numbers(signs)] = True
        return np.asarray(self.accepted & wanted[self.codes], bool)

    def of_signs(self, signs: Collection[str]) -> Places:
        """Places of the accepted rows with one of these signs, by key, then in the order of the file; no key: last."""
        chosen = np.flatnonzero(self.bearing(signs))
        keys = self.numbers.keys[chosen]
        return chosen[order_of(np.where(keys == NO_KEY, _LAST, keys))]

    def rejections(self) -> list[Rejection]:
        """The rows that are not accepted, each with its first reason."""
        places = np.flatnonzero(self.reasons)
        rows = pa.table(dict(self.columns)).take(pa.array(places)).to_pylist()
        reasons = [_REASONS[number - 1] for number in self.reasons[places].tolist()]
        return [
            rejection(reason, row["row"], row["row_id"], row.get(reason.column), self.rules.feed)
            for row, reason in zip(rows, reasons, strict=True)
        ]

    def months(self) -> dict[tuple[str, str], int]:
        """Accepted rows by code and by month, yyyy-MM, of the day that counts."""
        kept = self.accepted
        months = self.days[kept].astype("datetime64[D]").astype("datetime64[M]")
        first = months.min() if len(months) else np.datetime64("1970-01")
        kinds = len(self.rules.codes) + 1
        counts = np.bincount((months - first).astype(np.int64) * kinds + self.codes[kept])
        each = ((*divmod(place, kinds), int(counts[place])) for place in np.flatnonzero(counts).tolist())
        return {(self.rules.codes[code - 1].code, str(first + month)): rows for month, code, rows in each}

    @property
    def empty_numbers(self) -> int:
        """Accepted rows without a number."""
        return int(np.count_nonzero(self.accepted & (self.numbers.keys == NO_KEY)))

    @property
    def failing_numbers(self) -> int:
        """Accepted records of life or loss whose number fails the check that it should pass."""
        odd = self.numbers.odd[self.numbers.failing]
        return int(np.count_nonzero(self.accepted[odd] & np.isin(self.codes[odd], self.rules.numbers(CHECKED_SIGNS))))


_NUMBERS = {code: number for number, code in enumerate(FEED_REASONS, 1)}
_Asked = Iterator[tuple[str, Mask]]


def _by_end(rules: FeedRules) -> Mask:
    return np.array([False, *(row.by_end for row in rules.codes)], bool)


def _needed(columns: Mapping[str, pa.Array], codes: NDArray[np.uint8], event: Dates) -> _Asked:
    yield "row_id_missing", empty(columns["row_id"])
    unknown = codes == 0
    code_missing = empty(columns["code"]) if unknown.any() else unknown
    yield "code_missing", code_missing
    yield "code_unknown", unknown
    yield "event_date_missing", ~event.there & ~event.unreadable
    yield "event_date_unreadable", event.values < _OLDEST_EVENT


def _in_order(event: Dates, ended: Dates, by_end: Mask, delivered: int) -> _Asked:
    yield "event_after_delivery", event.values > delivered
    yield "end_date_unreadable", ended.unreadable
    yield "end_before_event", ended.there & (ended.values < event.values)
    yield "end_date_missing", by_end & ~ended.there
    yield "end_after_delivery", by_end & (ended.values > delivered)


def _proper(columns: Mapping[str, pa.Array], born: Dates | None, odd: Places, rules: FeedRules) -> _Asked:
    """A column that the file lacks breaks nothing; only what must be there is missed."""
    if born is not None:
        yield "birth_date_unreadable", born.unreadable
    if "sex" in rules.present:
        yield "sex_unknown", each_once(columns["sex"], lambda text: bool(text.strip()) and text not in rules.sexes)
    if "region" in rules.present:
        yield "region_malformed", contract.no_region(columns["region"])
    yield "id_number_rounded", contract.rounded(columns["id_number"], odd)
    yield "name_is_number", contract.number_as_name(columns["name"])
    if rules.nul_in:
        yield "nul", contract.with_nul(columns, rules.nul_in)
