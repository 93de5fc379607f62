"""Normalises what DuckDB reads: one opened file in, the Parquet files of a batch of the ingested store out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anling.engines.duckdb.parts import Parts
from anling.engines.duckdb.session import Session
from anling.engines.duckdb.store_files import StoreFile, write_quarantine
from anling.engines.duckdb.tables import Rows, blaming
from anling.matching.normalise import feed_store, roster_store
from anling.matching.normalise.feed_rows import FeedRows, FeedRules
from anling.matching.normalise.numbers import Numbers
from anling.matching.normalise.rejections import FEED_REASONS, ROSTER_REASONS, Reason, Rejection, rejection
from anling.matching.normalise.repeats import repeats
from anling.matching.normalise.roster_rows import RosterRows, RosterRules, benefit_numbers
from anling.matching.normalise.texts import whole

PIECE = 1 << 20
"""Rows that are read at a time, about 500 bytes each while they are worked on. Larger batches are sorted by pieces."""
ROSTER_PIECE = PIECE // 2
"""Rows of a roster, which are twice as wide: a server that goes on answering reads them, beside its own memory."""
_SAMPLED = 1009
"""Every so many rows of a large roster one is looked at, to cut it by key; a prime keeps clear of any order in it."""


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """What became of the rows of a batch. of_months: accepted rows by code and by month (yyyy-MM) of their date."""

    accepted: int
    rejected: int
    of_months: Mapping[tuple[str, str], int]
    empty_numbers: int
    invalid_numbers: int

    @property
    def rows(self) -> int:
        """Data rows of the file."""
        return self.accepted + self.rejected

    @property
    def months(self) -> dict[str, int]:
        """Accepted rows by month, 'yyyy-MM'."""
        found: Counter[str] = Counter()
        for (_, month), rows in self.of_months.items():
            found[month] += rows
        return dict(sorted(found.items()))

    @property
    def codes(self) -> dict[str, int]:
        """Accepted rows by code."""
        found: Counter[str] = Counter()
        for (code, _), rows in self.of_months.items():
            found[code] += rows
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file to be taken in: its rows, and the numbers of the lines that are none.

    folder: where its Parquet files are written, made by the caller. file: its name, for the quarantine.
    """

    rows: Rows
    broken: tuple[int, ...]
    folder: Path
    file: str


@dataclass(slots=True)
class _Tally:
    """What is counted while pieces go by."""

    rejections: list[Rejection] = field(default_factory=list)
    accepted: int = 0
    of_months: Counter[tuple[str, str]] = field(default_factory=Counter)
    empty_numbers: int = 0
    failing_numbers: int = 0

    def add(self, rows: FeedRows) -> None:
        self.rejections += rows.rejections()
        self.accepted += int(np.count_nonzero(rows.accepted))
        self.of_months.update(rows.months())
        self.empty_numbers += rows.empty_numbers
        self.failing_numbers += rows.failing_numbers


_FILES: Mapping[str, Callable[[FeedRows], pa.Table]] = {
    "life": feed_store.life,
    "loss": feed_store.loss,
    "other": feed_store.other,
}


def ingest_feed(session: Session, source: FileSource, rules: FeedRules) -> FeedCounts:
    """Write life.parquet of a batch, and of loss, other, odd_names and quarantine.parquet those that have rows.

    Raises DamagedError where the file cannot be read to its end, OutOfMemoryError, EngineError.
    """
    tally = _Tally()
    odd_names = [feed_store.ODD_NAMES.empty_table()]
    with ExitStack() as open_files, blaming(session, source.rows.bare):
        files = {
            name: open_files.enter_context(StoreFile(source.folder / f"{name}.parquet", always=name == "life"))
            for name in _FILES
        }
        for rows in _pieces(source, rules):
            tally.add(rows)
            odd_names.append(feed_store.odd_names(rows))
            for name, file in files.items():
                file.add(_FILES[name](rows))
    with StoreFile(source.folder / "odd_names.parquet") as file:
        file.add(pa.concat_tables(odd_names).group_by(["name_h", "name"]).aggregate([]))
    broken = broken_lines(source, FEED_REASONS["malformed_line"])
    rejected = write_quarantine(source.folder / "quarantine.parquet", source.file, [*broken, *tally.rejections])
    return FeedCounts(tally.accepted, rejected, tally.of_months, tally.empty_numbers, tally.failing_numbers)


def broken_lines(source: FileSource, reason: Reason) -> list[Rejection]:
    """The rejections of lines that could not even be split into columns."""
    return [rejection(reason, row, "") for row in source.broken]


def _pieces(source: FileSource, rules: FeedRules) -> Iterator[FeedRows]:
    def row_id(piece: pa.Table) -> pa.Array:
        return whole(piece.column("row_id"))

    return (
        FeedRows.read(piece, rules, again) for piece, again in _with_repeats(source.rows, PIECE, row_id, ("row_id",))
    )


def _with_repeats(
    rows: Rows, size: int, number: Callable[[pa.Table], pa.Array], needs: tuple[str, ...]
) -> Iterator[tuple[pa.Table, NDArray[np.intp]]]:
    """The file in pieces, and which rows of each bear a number that came before; of no rows there is still one piece.

    size: rows of a piece. number: the numbers of a piece, made of the columns `needs`; they are read twice where the
    file is large.
    """
    if rows.count() <= size:
        (piece,) = rows.pieces(size)
        yield piece, repeats(lambda: [number(piece)])
        return
    again = repeats(lambda: map(number, rows.pieces(size, needs)))
    before = 0
    for piece in rows.pieces(size):
        after = before + len(piece)
        yield piece, again[np.searchsorted(again, before) : np.searchsorted(again, after)] - before
        before = after


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """What became of the rows of a roster."""

    accepted: int
    rejected: int

    @property
    def rows(self) -> int:
        """Data rows of the file."""
        return self.accepted + self.rejected


def ingest_roster(session: Session, source: FileSource, rules: RosterRules) -> RosterCounts:
    """Write roster.parquet and quarantine.parquet. Raises as `ingest_feed` does."""
    rejections = broken_lines(source, ROSTER_REASONS["malformed_line"])
    with blaming(session, source.rows.bare), Parts(source.folder.parent, _bounds(source.rows)) as parts:
        for rows in _roster_pieces(source.rows, rules):
            rejections += rows.rejections()
            parts.add(roster_store.columns_of(rows), rows.accepted)
        accepted = persons = 0
        with StoreFile(source.folder / "roster.parquet", always=True) as file:
            for part in parts.each():
                whole_part = roster_store.arranged(part, persons)
                file.add(whole_part.table)
                persons += whole_part.persons
                accepted += len(part)
    return RosterCounts(accepted, write_quarantine(source.folder / "quarantine.parquet", source.file, rejections))


def _bounds(rows: Rows) -> NDArray[np.int64]:
    """Keys that cut a large roster into parts of about ROSTER_PIECE rows; none for one that is a single part."""
    parts = -(-rows.count() // ROSTER_PIECE)
    if parts <= 1:
        return np.zeros(0, np.int64)
    sample = [whole(piece.column(0)).take(_every(piece)) for piece in rows.pieces(ROSTER_PIECE, ("id_number",))]
    keys = np.sort(Numbers.read(pa.concat_arrays(sample)).keys)
    return np.unique(keys[np.arange(1, parts) * len(keys) // parts])


def _every(piece: pa.Table) -> pa.Array:
    return pa.array(np.arange(0, len(piece), _SAMPLED))


def _roster_pieces(rows: Rows, rules: RosterRules) -> Iterator[RosterRows]:
    def benefit_no(piece: pa.Table) -> pa.Array:
        return benefit_numbers(piece, rules)

    return (
        RosterRows.read(piece, rules, again) for piece, again in _with_repeats(rows, ROSTER_PIECE, benefit_no, _NAMING)
    )


_NAMING = ("benefit_no", "agency", "person_no", "scheme")
"""The columns that a benefit's number is made of."""
