"""The roster's ingest: which rows break the contract, and what is read of the others (contracts.md, roster).

As in `feed_rows`, an engine reads the file's columns as Arrow arrays, of text or of dates, a piece at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anling.matching.normalise import contract
from anling.matching.normalise.columns import Mask, Words, empty, trimmed, words
from anling.matching.normalise.dates import Dates, read_days, read_months
from anling.matching.normalise.names import Names
from anling.matching.normalise.numbers import Numbers
from anling.matching.normalise.rejections import ROSTER_REASONS, Rejection, rejection
from anling.matching.normalise.texts import whole

MONTHS = ("application_month", "approval_month", "benefit_start", "last_pass_month")
CODED = ("id_type", "sex", "scheme", "pay_status", "suspend_reason")
DATES = frozenset(("birth_date", *MONTHS))
REQUIRED = ("person_no", "id_number", "name", "scheme", "region", "pay_status")

_CHECKED = ("id_type", "sex", "scheme", "pay_status")
"""Not reasons for suspension: offices have their own, no list depends on them, and they are kept as written."""

_AMOUNT = "^[0-9]{1,10}([.][0-9]{1,2}0*)?$"
_REASONS = tuple(ROSTER_REASONS.values())
_NUMBERS = {code: number for number, code in enumerate(ROSTER_REASONS, 1)}
_Asked = Iterator[tuple[str, Mask | NDArray[np.intp]]]


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What decides how a roster is ingested.

    words: coded column → raw text → our word. nul_in: columns in which the file may hold NUL characters.
    """

    words: Mapping[str, Mapping[str, str]]
    nul_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RosterRows:
    """Rows of a roster, read. reasons: 0 accepted, else the number, from 1, of a reason in `ROSTER_REASONS`.

    columns: as the file has them, and `row`, 1 for its first row. coded: our words. months: as year × 12 + month − 1.
    """

    columns: Mapping[str, pa.Array]
    reasons: NDArray[np.uint8]
    benefit_no: pa.Array
    coded: Mapping[str, Words]
    months: Mapping[str, Dates]
    born: Dates
    numbers: Numbers
    names: Names

    @classmethod
    def read(cls, table: pa.Table, rules: RosterRules, repeated: NDArray[np.intp]) -> "RosterRows":
        """Read a piece of a roster; `repeated`: places of the rows whose benefit number an earlier row has."""
        columns = {name: whole(table.column(name)) for name in table.column_names}
        coded = {name: words(columns[name], rules.words[name]) for name in CODED}
        months = {name: read_months(columns[name]) for name in MONTHS}
        born = read_days(columns["birth_date"])
        numbers, names = Numbers.read(columns["id_number"]), Names.read(columns["name"])
        asked = (
            *_needed(columns, coded),
            *_readable(columns, born, months),
            *_proper(columns, numbers.odd, rules),
            ("benefit_no_repeated", repeated),
        )
        reasons = contract.first_of(len(table), ((_NUMBERS[reason], rows) for reason, rows in asked))
        return cls(columns, reasons, benefit_numbers(table, rules), coded, months, born, numbers, names)

    @property
    def accepted(self) -> Mask:
        """Which rows keep the contract."""
        return np.asarray(self.reasons == 0, bool)

    def rejections(self) -> list[Rejection]:
        """The rows that are not accepted, each with its first reason."""
        places = np.flatnonzero(self.reasons)
        rows = pa.table({**self.columns, "benefit_no": self.benefit_no}).take(pa.array(places)).to_pylist()
        reasons = [_REASONS[number - 1] for number in self.reasons[places].tolist()]
        return [
            rejection(reason, row["row"], row["benefit_no"], row.get(reason.column))
            for row, reason in zip(rows, reasons, strict=True)
        ]


def benefit_numbers(table: pa.Table, rules: RosterRules) -> pa.Array:
    """The number of each benefit: what the file says, else agency, person_no and scheme, as far as they are there."""
    given, agency, person = (trimmed(whole(table.column(name))) for name in ("benefit_no", "agency", "person_no"))
    if not given.null_count:
        return given
    scheme = words(whole(table.column("scheme")), rules.words["scheme"]).texts().cast(given.type)
    # a person's number is never left out: Arrow drops the row, not the text, where all parts are null
    parts = (agency, person.fill_null(""), scheme)
    made = pc.binary_join_element_wise(*parts, pa.scalar("-", given.type), null_handling="skip")
    return pc.coalesce(given, pc.if_else(person.is_valid(), made, None))


def _needed(columns: Mapping[str, pa.Array], coded: Mapping[str, Words]) -> _Asked:
    for name in REQUIRED:
        yield f"{name}_missing", empty(columns[name])
    for name in _CHECKED:
        yield f"{name}_unknown", coded[name].unknown


def _readable(columns: Mapping[str, pa.Array], born: Dates, months: Mapping[str, Dates]) -> _Asked:
    yield "region_malformed", contract.no_region(columns["region"])
    yield "residence_malformed", contract.no_region(columns["residence_region"])
    yield "birth_date_unreadable", born.unreadable
    for name in MONTHS:
        yield f"{name}_unreadable", months[name].unreadable
    proper = pc.match_substring_regex(trimmed(columns["monthly_amount"]), _AMOUNT).fill_null(True)
    yield "monthly_amount_unreadable", ~np.asarray(proper.to_numpy(zero_copy_only=False), bool)


def _proper(columns: Mapping[str, pa.Array], odd: NDArray[np.intp], rules: RosterRules) -> _Asked:
    yield "id_number_rounded", contract.rounded(columns["id_number"], odd)
    yield "name_is_number", contract.number_as_name(columns["name"])
    if rules.nul_in:
        yield "nul", contract.with_nul(columns, rules.nul_in)
