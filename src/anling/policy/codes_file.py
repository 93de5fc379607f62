"""Reads codes.yaml: what a raw value in a file means in our words, by column and source of the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from anling.policy.dated import DATES, DATES_OPTIONAL, Dated, History, dated, histories
from anling.policy.errors import Place, PolicyError
from anling.policy.fingerprints import fingerprint
from anling.policy.lookup import FoldedTable, Table, fold
from anling.policy.nodes import Item
from anling.rules.evidence import Scheme
from anling.rules.numbers import IdType
from anling.rules.wording import Words

DEFAULT = "default"


class PayStatus(StrEnum):
    """Where a benefit stands; only paying and suspended ones are compared."""

    PAYING = "paying"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Sex(StrEnum):
    """Sex as the national code writes it."""

    MALE = "1"
    FEMALE = "2"
    UNKNOWN = "9"


class SuspendReason(StrEnum):
    """Why pay is suspended, as far as the national code names it in the documents read."""

    NO_PROOF_OF_LIFE = "no_proof_of_life"
    SENTENCED = "sentenced"
    DEATH = "death"
    JOINED_EMPLOYEE_SCHEME = "joined_employee_scheme"


WORDS: Mapping[str, type[StrEnum]] = {
    "scheme": Scheme,
    "pay_status": PayStatus,
    "sex": Sex,
    "suspend_reason": SuspendReason,
    "id_type": IdType,
}
FEED_COLUMNS = ("sex",)


@dataclass(frozen=True, slots=True)
class ValueMap:
    """Raw value → our word for one column of one source of data."""

    column: str
    data_source: str
    words: FoldedTable[str]
    source: str


class Values(Table[FoldedTable[str]]):
    """Column → raw value → our word, for one source of data on one day; raw values in any case, width and blanks."""

    __slots__ = ()

    @property
    def roster_fingerprint(self) -> str:
        """Hash of all tables."""
        return fingerprint([[column, sorted(words.items())] for column, words in sorted(self.items())])

    @property
    def feed_fingerprint(self) -> str:
        """Hash of the tables that feeds use."""
        return fingerprint([[column, sorted(self[column].items())] for column in FEED_COLUMNS])


@dataclass(frozen=True, slots=True)
class CodeBook:
    """All tables over time, by column and source of data."""

    place: Place
    maps: Mapping[tuple[str, str], History[ValueMap]]

    def on(self, day: date, data_source: str = DEFAULT) -> Values:
        """The tables of a source of data on a day: its own where it has one, else the default.

        Raises PolicyError for a source that no table names, and before the first day.
        """
        known = {name for _, name in self.maps}
        if data_source not in known:
            problem = Words("no table names the data source `%(source)s`", source=data_source)
            raise PolicyError(
                self.place, problem, Words("add one or use one of %(known)s", known=", ".join(sorted(known)))
            )
        return Values({column: self._words(column, day, data_source) for column in WORDS})

    def _words(self, column: str, day: date, data_source: str) -> FoldedTable[str]:
        own = self.maps.get((column, data_source))
        entry = (own and own.on(day)) or self.maps[column, DEFAULT].on(day)
        if entry is None:
            begins = self.maps[column, DEFAULT].begins
            raise PolicyError(
                self.place,
                Words("no table of %(column)s is in force on %(day)s", column=column, day=day),
                Words("ask for a day from %(day)s on", day=begins),
            )
        return entry.value.words


def read_codes(root: Item) -> CodeBook:
    """The tables of codes.yaml; raises PolicyError."""
    listed = root.block(["columns"])["columns"]
    maps = histories(
        ((entry.value.column, entry.value.data_source), _title(entry.value), entry)
        for entry in [_read(item) for item in listed.items()]
    )
    for column in WORDS:
        if (column, DEFAULT) not in maps:
            raise listed.error(
                Words("the column %(column)s has no default table", column=column),
                Words("add an entry without data_source for it"),
            )
        maps[column, DEFAULT].refuse_end()
    return CodeBook(Place(root.file), maps)


def _read(entry: Item) -> Dated[ValueMap]:
    block = entry.block(("column", "source", "values", *DATES), ("data_source", "note", *DATES_OPTIONAL))
    column = block["column"].token()
    if column not in WORDS:
        raise block["column"].error(
            Words("unknown column `%(column)s`", column=column), Words("use one of %(known)s", known=", ".join(WORDS))
        )
    words: dict[str, str] = {}
    for raw, ours in block["values"].pairs():
        if fold(raw.token()) in words:
            raise raw.error(
                Words("`%(value)s` stands twice under %(column)s", value=raw.token(), column=column),
                Words("keep one of the two"),
            )
        words[fold(raw.token())] = ours.word(WORDS[column]).value
    data_source = block["data_source"].token() if "data_source" in block else DEFAULT
    return dated(ValueMap(column, data_source, FoldedTable(words), block["source"].text()), entry, block)


def _title(table: ValueMap) -> Words:
    return Words("the table of %(column)s (%(source)s)", column=table.column, source=table.data_source)
