"""Reads headers.yaml: by which names the columns of a roster or a feed are known (contracts: roster, feeds)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from anling.policy.dated import DATES, DATES_OPTIONAL, Dated, History, dated, histories
from anling.policy.errors import Place, PolicyError
from anling.policy.fingerprints import fingerprint
from anling.policy.lookup import FoldedTable, fold
from anling.policy.nodes import Item
from anling.rules.wording import Words

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
                raise PolicyError(
                    self.place,
                    Words("no headers are in force on %(day)s", day=day),
                    Words("ask for a day from %(day)s on", day=begins),
                )
            for alias in entry.value.aliases:
                _refuse_ambiguous(section, alias, found.get(fold(alias), column), entry)
                found[fold(alias)] = column
        return FoldedTable(found)


def read_headers(root: Item) -> HeaderBook:
    """The spellings of headers.yaml; raises PolicyError, also where one spelling stands for two columns."""
    block = root.block(tuple(COLUMNS))
    entries = [(section, entry) for section in COLUMNS for entry in _read(section, block[section])]
    names = histories(
        ((section, entry.value.column), _title(section, entry.value), entry) for section, entry in entries
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
                Words("unknown %(section)s column `%(column)s`", section=section, column=column),
                Words("use one of %(known)s", known=", ".join(COLUMNS[section])),
            )
        aliases = [item.token() for key in ("codes", "labels") if key in block for item in block[key].items()]
        yield dated(ColumnNames(column, (column, *aliases), block["source"].text()), entry, block)


def _title(section: str, names: ColumnNames) -> Words:
    return Words("the %(section)s column %(column)s", section=section, column=names.column)


def _refuse_missing(section: str, listed: Item, names: Mapping[tuple[str, str], History[ColumnNames]]) -> None:
    for column in COLUMNS[section]:
        if (section, column) not in names:
            raise listed.error(
                Words("the %(section)s column %(column)s is missing", section=section, column=column),
                Words("add an entry for it"),
            )
        names[section, column].refuse_end()


def _refuse_ambiguous(section: str, alias: str, column: str, entry: Dated[ColumnNames]) -> None:
    if column != entry.value.column:
        raise PolicyError(
            entry.place,
            Words(
                "`%(alias)s` stands for the %(section)s columns %(one)s and %(other)s",
                alias=alias, section=section, one=column, other=entry.value.column,
            ),
            Words("keep it under one of them"),
        )  # fmt: skip
