"""Reads headers.yaml: by which names the columns of a roster or a feed are known (contracts: roster, feeds)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from anling.policy.dated import DATES, DATES_OPTIONAL, Dated, History, dated, histories
from anling.policy.errors import Place, PolicyError
from anling.policy.fingerprints import fingerprint
from anling.policy.lookup import FoldedTable, fold
from anling.policy.nodes import Item

ROSTER_COLUMNS = (
    *("benefit_no", "person_no", "id_type", "id_number", "name", "sex", "birth_date", "scheme", "region"),
    *("residence_region", "agency", "unit", "application_month", "approval_month", "benefit_start"),
    *("last_pass_month", "pay_status", "suspend_reason", "monthly_amount", "phone", "address"),
)
FEED_COLUMNS = ("row_id", "id_number", "name", "event_date", "end_date", "code", "birth_date", "sex", "region")
COLUMNS = {"roster": ROSTER_COLUMNS, "feed": FEED_COLUMNS}


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The spellings that stand for one of our columns, our own name among them."""

    column: str
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Headers:
    """Spelling → our column, for rosters and for feeds; any case, width and blanks."""

    roster: FoldedTable[str]
    feed: FoldedTable[str]

    @property
    def roster_fingerprint(self) -> str:
        """Hash of the spellings in rosters."""
        return fingerprint(sorted(self.roster.items()))

    @property
    def feed_fingerprint(self) -> str:
        """Hash of the spellings in feeds."""
        return fingerprint(sorted(self.feed.items()))


@dataclass(frozen=True, slots=True)
class HeaderBook:
    """All spellings of every column over time, by section (`roster`, `feed`) and column."""

    place: Place
    names: Mapping[tuple[str, str], History[ColumnNames]]

    def on(self, day: date) -> Headers:
        """The spellings in force on a day; raises PolicyError before the first."""
        return Headers(self._section("roster", day), self._section("feed", day))

    def _section(self, section: str, day: date) -> FoldedTable[str]:
        found: dict[str, str] = {}
        for column in COLUMNS[section]:
            entry = self.names[section, column].on(day)
            if entry is None:
                begins = max(history.begins for history in self.names.values())
                raise PolicyError(self.place, f"no headers are in force on {day}", f"ask for a day from {begins} on")
            for alias in entry.value.aliases:
                _refuse_ambiguous(section, alias, found.get(fold(alias), column), entry)
                found[fold(alias)] = column
        return FoldedTable(found)


def read_headers(root: Item) -> HeaderBook:
    """The spellings of headers.yaml; raises PolicyError, also where one spelling stands for two columns."""
    block = root.block(tuple(COLUMNS))
    entries = [(section, entry) for section in COLUMNS for entry in _read(section, block[section])]
    names = histories(
        ((section, entry.value.column), f"the {section} column {entry.value.column}", entry)
        for section, entry in entries
    )
    for section in COLUMNS:
        _refuse_missing(section, block[section], names)
    book = HeaderBook(Place(root.file), names)
    begins = max(history.begins for history in names.values())
    for day in sorted({max(begins, day) for _, entry in entries for day in entry.changes}):
        book.on(day)
    return book


def _read(section: str, listed: Item) -> Iterable[Dated[ColumnNames]]:
    for entry in listed.items():
        block = entry.block(("column", "source", *DATES), ("codes", "labels", "note", *DATES_OPTIONAL))
        column = block["column"].token()
        if column not in COLUMNS[section]:
            raise block["column"].error(
                f"unknown {section} column `{column}`", f"use one of {', '.join(COLUMNS[section])}"
            )
        aliases = [item.token() for key in ("codes", "labels") if key in block for item in block[key].items()]
        yield dated(ColumnNames(column, (column, *aliases), block["source"].text()), entry, block)


def _refuse_missing(section: str, listed: Item, names: Mapping[tuple[str, str], History[ColumnNames]]) -> None:
    for column in COLUMNS[section]:
        if (section, column) not in names:
            raise listed.error(f"the {section} column {column} is missing", "add an entry for it")
        names[section, column].refuse_end()


def _refuse_ambiguous(section: str, alias: str, column: str, entry: Dated[ColumnNames]) -> None:
    if column != entry.value.column:
        raise PolicyError(
            entry.place,
            f"`{alias}` stands for the {section} columns {column} and {entry.value.column}",
            "keep it under one of them",
        )
