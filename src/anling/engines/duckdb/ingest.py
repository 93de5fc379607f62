"""Runs normalisation on DuckDB: one opened file in, the Parquet files of one batch of the ingested store out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copyfile

import numpy as np

from anling.engines.duckdb.functions import bind_normalisation
from anling.engines.duckdb.session import Session, literal
from anling.engines.duckdb.tables import Table, blaming
from anling.matching import feed_rows, roster_rows
from anling.matching.feed_rows import FeedRules
from anling.matching.rejections import FEED_REASONS, ROSTER_REASONS, Reason, sentence
from anling.matching.roster_rows import RosterRules
from anling.matching.words import text

WRITTEN = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 2000, ROW_GROUP_SIZE 122880"
"""Snappy: lz4 and zstd cost 10 % more CPU for 2 to 25 % less space. Larger dictionaries only cost time."""

MOST_HELD = 2_000_000
"""Rows of `work` that are held as a table, about 100 bytes each; more are read anew by every step."""

_MOST_WORDS = 10_000
_HASHED_AT_ONCE = 20_000_000


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """What became of the rows of a batch. `days`: accepted rows by code and day that counts."""

    rows: int
    accepted: int
    days: Mapping[tuple[str, date], int]
    empty_numbers: int
    invalid_numbers: int

    @property
    def rejected(self) -> int:
        """Rows in quarantine."""
        return self.rows - self.accepted

    @property
    def months(self) -> dict[str, int]:
        """Accepted rows by month, 'yyyy-MM'."""
        found: Counter[str] = Counter()
        for (_, day), rows in self.days.items():
            found[f"{day:%Y-%m}"] += rows
        return dict(sorted(found.items()))

    @property
    def codes(self) -> dict[str, int]:
        """Accepted rows by code."""
        found: Counter[str] = Counter()
        for (code, _), rows in self.days.items():
            found[code] += rows
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """What became of the rows of a roster."""

    rows: int
    accepted: int

    @property
    def rejected(self) -> int:
        """Rows in quarantine."""
        return self.rows - self.accepted


@dataclass(frozen=True, slots=True)
class BatchSource:
    """A batch of a feed to be taken in: its opened file, SQL of its columns, and of nothing but reading them.

    folder: where its Parquet files are written, made by the caller. file: its name, for the quarantine.
    """

    table: Table
    select: str
    bare: str
    delivered: date
    folder: Path
    file: str


def make_source(session: Session, batches: Sequence[BatchSource]) -> None:
    """Make the view `source`: the rows of all the batches, which have the numbers 0, 1, … there."""
    each = (
        f"SELECT {number}::USMALLINT AS batch, {text(batch.delivered.isoformat())}::DATE AS delivered, *"
        f" FROM ({batch.select})"
        for number, batch in enumerate(batches)
    )
    session.execute(f"CREATE OR REPLACE TEMP VIEW source AS {' UNION ALL '.join(each)}")


def ingest_feeds(session: Session, batches: Sequence[BatchSource], rules: FeedRules) -> Iterator[FeedCounts]:
    """Write life, loss, other, odd_names and quarantine.parquet of each batch, one after another, from `source`.

    Batches of one feed cost little more together than one of them alone. Raises DamagedError, before anything is
    written, where one of the files cannot be read.
    """
    bind_normalisation(session)
    with blaming(session, [batch.bare for batch in batches]):
        kind = _make_work(session, rules)
        counted = session.rows(feed_rows.counted())
        repeats = _repeats(session, sum(group[4] for group in counted), "row_id", "batch")
    for number, batch in enumerate(batches):
        groups = [_Group(*values) for of, *values in counted if of == number]
        clean = number not in repeats and all(group.reason is None for group in groups)
        yield _write_batch(session, rules, number, batch, groups if clean else None)
    session.execute(f"DROP {kind} work")
    for batch in batches:
        if batch.table.held:
            session.execute(f"DROP TABLE {batch.table.held}")


def _make_work(session: Session, rules: FeedRules) -> str:
    """`work` as a table, so that every row is read once; of more rows than should be held, as a view."""
    rows = session.row("SELECT count(*) FROM source")[0]
    kind = "TABLE" if rows <= MOST_HELD else "VIEW"
    session.execute(f"CREATE TEMP {kind} work AS {feed_rows.work(rules)}")
    return kind


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one batch with the same reason, number of their code, and day; how many have no or a wrong number."""

    reason: str | None
    code: int
    day: date
    rows: int
    empty: int
    failing: int


def _write_batch(
    session: Session, rules: FeedRules, number: int, batch: BatchSource, groups: list[_Group] | None
) -> FeedCounts:
    """groups: of the accepted rows; None where some rows are not."""
    clean = groups is not None
    parts = [] if clean else [feed_rows.rejected(rules, number), feed_rows.repeated(number)]
    write_quarantine(session, parts, batch.table.broken, FEED_REASONS["malformed_line"], batch.folder, batch.file)
    rejected = 0 if clean and not batch.table.broken else session.row("SELECT count(*) FROM rejected")[0]
    kept = feed_rows.accepted(number, clean=clean)
    if groups is None:
        groups = [_Group(*values) for _, *values in session.rows(feed_rows.counted(kept))]
    for name, step, signs in _CLASSES:
        numbers = frozenset(rules.numbers(signs))
        some = any(group.code in numbers for group in groups)
        _write(session, step(rules, feed_rows.of_signs(rules, kept, signs)), batch.folder / f"{name}.parquet", some)
    alive = feed_rows.of_signs(rules, kept, ("life",))
    odd = any(group.code in rules.numbers(("life",)) for group in groups)
    _write(session, feed_rows.odd_names(alive), batch.folder / "odd_names.parquet", odd)
    return _counts(rules, groups, rejected)


def _counts(rules: FeedRules, groups: Iterable[_Group], rejected: int) -> FeedCounts:
    days = {(rules.codes[group.code - 1].code, group.day): group.rows for group in groups}
    checked = frozenset(rules.numbers(("life", *feed_rows.LOSS_SIGNS)))
    failing = sum(group.failing for group in groups if group.code in checked)
    accepted = sum(days.values())
    return FeedCounts(accepted + rejected, accepted, days, sum(group.empty for group in groups), failing)


_CLASSES = (
    ("life", feed_rows.life, ("life",)),
    ("loss", feed_rows.loss, tuple(sorted(feed_rows.LOSS_SIGNS))),
    ("other", feed_rows.other, ("hint", "none")),
)


def write_quarantine(
    session: Session, parts: Iterable[str], broken: tuple[int, ...], reason: Reason, folder: Path, file: str
) -> None:
    """quarantine.parquet and, where it is not empty, the table `rejected`: one line per row with its first reason."""
    lines = list(parts)
    some = bool(lines or broken)
    if broken:
        listed = ", ".join(f"({row})" for row in broken)
        lines.append(
            f"SELECT row::BIGINT AS row, '' AS row_id, '' AS \"column\", {text(reason.code)} AS reason,"
            f" {sentence(reason, '')} AS message FROM (VALUES {listed}) AS broken(row)"
        )
    lines.append("SELECT 0::BIGINT AS row, '' AS row_id, '' AS \"column\", '' AS reason, '' AS message WHERE false")
    union = " UNION ALL ".join(f"SELECT {number} AS part, * FROM ({line})" for number, line in enumerate(lines))
    firsts = (
        'SELECT row, row_id, "column", reason, message'
        f" FROM ({union}) QUALIFY row_number() OVER (PARTITION BY row ORDER BY part) = 1"
    )
    if some:
        session.execute(f"CREATE OR REPLACE TEMP TABLE rejected AS {firsts}")
    chosen = "rejected" if some else f"({firsts})"
    _write(
        session, f"SELECT {text(file)} AS file, * FROM {chosen} ORDER BY row", folder / "quarantine.parquet", some=some
    )


def ingest_roster(session: Session, table: Table, rules: RosterRules, folder: Path, file: str) -> RosterCounts:
    """Write roster.parquet and quarantine.parquet into `folder`, from the view `source`."""
    bind_normalisation(session)
    session.execute(f"CREATE TEMP TABLE work AS {roster_rows.work(rules)}")
    groups = session.rows(roster_rows.counted())
    rows = sum(count for _, count in groups)
    wrong = any(reason is not None for reason, _ in groups)
    parts = [roster_rows.rejected(rules)] if wrong else []
    if _repeats(session, rows, "benefit_no", "0"):
        parts.append(roster_rows.repeated())
    write_quarantine(session, parts, table.broken, ROSTER_REASONS["malformed_line"], folder, file)
    rejected = session.row("SELECT count(*) FROM rejected")[0] if parts or table.broken else 0
    kept = "SELECT * FROM work" + (" WHERE row NOT IN (SELECT row FROM rejected)" if rejected else "")
    session.execute(f"CREATE TEMP TABLE crowd AS {roster_rows.crowd(kept)}")
    session.execute(f"CREATE TEMP TABLE placed AS {roster_rows.placed(kept)}")
    _copy(session, roster_rows.roster(rules), folder / "roster.parquet")
    return RosterCounts(rows + len(table.broken), rows + len(table.broken) - rejected)


def distinct_texts(session: Session, columns: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The different texts in columns of codes, up to ten thousand each; what lies beyond is no code of anybody's."""
    found: dict[str, tuple[str, ...]] = {}
    for column in columns:
        step = f"SELECT DISTINCT {column} FROM source WHERE {column} IS NOT NULL LIMIT {_MOST_WORDS}"
        found[column] = tuple(value for (value,) in session.rows(step))
    return found


def _repeats(session: Session, rows: int, column: str, group: str) -> frozenset[int]:
    """The groups in which two texts of a column of `work` may be the same: equal hashes, found by sorting."""
    found: set[int] = set()
    parts = rows // _HASHED_AT_ONCE + 1
    for part in range(parts):
        of_part = f" AND hash({column}) % {parts} = {part}" if parts > 1 else ""
        step = (
            f"SELECT {group}::INTEGER AS g, hash({column}, {group}) AS h FROM work WHERE {column} IS NOT NULL{of_part}"
        )
        hashed = session.table(step)
        hashes = hashed["h"].to_numpy()
        ordered = np.sort(hashes)
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(again):
            found.update(hashed["g"].to_numpy()[np.isin(hashes, again)].tolist())
    return frozenset(found)


def _write(session: Session, select: str, path: Path, some: bool) -> None:
    """A Parquet file; some: whether there may be rows. Files without any are made once in a session, then copied."""
    if some:
        _copy(session, select, path)
        return
    empty = session.temp / f"empty-{path.name}"
    if not empty.exists():
        _copy(session, select, empty)
    copyfile(empty, path)


def _copy(session: Session, select: str, path: Path) -> None:
    session.execute(f"COPY ({select}) TO {literal(path)} ({WRITTEN})")
