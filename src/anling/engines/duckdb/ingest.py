"""Runs normalisation on DuckDB: one opened file in, the Parquet files of one batch of the ingested store out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from anling.engines.duckdb.functions import bind_normalisation
from anling.engines.duckdb.session import Session, literal
from anling.engines.duckdb.tables import Table
from anling.matching import feed_rows, roster_rows
from anling.matching.feed_rows import FeedRules
from anling.matching.rejections import FEED_REASONS, ROSTER_REASONS, Reason, sentence
from anling.matching.roster_rows import RosterRules
from anling.matching.words import text

WRITTEN = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 2000, ROW_GROUP_SIZE 122880"
"""Snappy: lz4 and zstd cost 10 % more CPU for 2 to 25 % less space. Larger dictionaries only cost time."""

_FAILS = "CASE WHEN regexp_full_match(raw, '[0-9A-Z]{18}') THEN true ELSE number_status(raw) = 'invalid' END"
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


def ingest_feed(session: Session, table: Table, rules: FeedRules, folder: Path, file: str) -> FeedCounts:
    """Write life, loss, other and quarantine.parquet of one batch into `folder`, from the view `source`."""
    bind_normalisation(session)
    groups = session.rows(feed_rows.counted(rules))
    rows = sum(count for *_, count in groups) + len(table.broken)
    clean = all(reason is None for reason, *_ in groups) and not _has_repeats(session, rows)
    _quarantine(session, [] if clean else [feed_rows.rejected(rules), feed_rows.repeated()], table, folder, file)
    if not clean:
        groups = session.rows(_counted_without_rejected(rules))
    days = {(rules.codes[code - 1].code, day): count for reason, code, day, count in groups if reason is None}
    for name, step, signs in _CLASSES:
        chosen = feed_rows.accepted(rules, signs, clean=clean)
        _copy(session, step(rules, chosen), folder / f"{name}.parquet")
    _leave_out_blank_numbers(session, folder / "life.parquet")
    _copy(session, feed_rows.odd_names(str(folder / "life.parquet")), folder / "odd_names.parquet")
    empty, invalid = _numbers(session, folder, days)
    return FeedCounts(rows, sum(days.values()), days, empty, invalid)


_CLASSES = (
    ("life", feed_rows.life, ("life",)),
    ("loss", feed_rows.loss, tuple(sorted(feed_rows.LOSS_SIGNS))),
    ("other", feed_rows.other, ("hint", "none")),
)


def write_quarantine(
    session: Session, parts: Iterable[str], broken: tuple[int, ...], reason: Reason, folder: Path, file: str
) -> None:
    """quarantine.parquet and the table `rejected`: one line per row with its first reason, in file order."""
    lines = list(parts)
    if broken:
        listed = ", ".join(f"({row})" for row in broken)
        lines.append(
            f"SELECT row::BIGINT, '' AS row_id, '' AS \"column\", {text(reason.code)} AS reason,"
            f" {sentence(reason, '')} AS message FROM (VALUES {listed}) AS broken(row)"
        )
    lines.append("SELECT 0::BIGINT AS row, '' AS row_id, '' AS \"column\", '' AS reason, '' AS message WHERE false")
    union = " UNION ALL ".join(f"SELECT {number} AS part, * FROM ({line})" for number, line in enumerate(lines))
    session.execute(
        'CREATE OR REPLACE TEMP TABLE rejected AS SELECT row, row_id, "column", reason, message'
        f" FROM ({union}) QUALIFY row_number() OVER (PARTITION BY row ORDER BY part) = 1"
    )
    _copy(session, f"SELECT {text(file)} AS file, * FROM rejected ORDER BY row", folder / "quarantine.parquet")


def ingest_roster(session: Session, table: Table, rules: RosterRules, folder: Path, file: str) -> RosterCounts:
    """Write roster.parquet and quarantine.parquet into `folder`, from the view `source`."""
    bind_normalisation(session)
    groups = session.rows(roster_rows.counted(rules))
    rows = sum(count for _, count in groups) + len(table.broken)
    parts = [roster_rows.rejected(rules), roster_rows.repeated(rules)]
    write_quarantine(session, parts, table.broken, ROSTER_REASONS["malformed_line"], folder, file)
    _copy(session, roster_rows.roster(rules), folder / "roster.parquet")
    accepted = session.row(f"SELECT count(*) FROM read_parquet({literal(folder / 'roster.parquet')})")[0]
    return RosterCounts(rows, int(accepted))


def distinct_texts(session: Session, columns: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The different texts in columns of codes, up to ten thousand each; what lies beyond is no code of anybody's."""
    found: dict[str, tuple[str, ...]] = {}
    for column in columns:
        step = f"SELECT DISTINCT {column} FROM source WHERE {column} IS NOT NULL LIMIT {_MOST_WORDS}"
        found[column] = tuple(value for (value,) in session.rows(step))
    return found


def _quarantine(session: Session, parts: list[str], table: Table, folder: Path, file: str) -> None:
    write_quarantine(session, parts, table.broken, FEED_REASONS["malformed_line"], folder, file)


def _counted_without_rejected(rules: FeedRules) -> str:
    left = f"SELECT * FROM ({feed_rows.examined(rules)}) WHERE row NOT IN (SELECT row FROM rejected)"
    return f"SELECT NULL AS reason, code_no, day, count(*) FROM ({left}) GROUP BY ALL"


def _has_repeats(session: Session, rows: int) -> bool:
    """Whether two row ids may be the same: equal hashes, found by sorting, at half the cost of a distinct count."""
    parts = rows // _HASHED_AT_ONCE + 1
    for part in range(parts):
        of_part = f" AND hash(row_id) % {parts} = {part}" if parts > 1 else ""
        hashes = session.table(f"SELECT hash(row_id) AS h FROM source WHERE row_id IS NOT NULL{of_part}")[
            "h"
        ].to_numpy()
        ordered = np.sort(hashes)
        if (ordered[1:] == ordered[:-1]).any():
            return True
    return False


def _copy(session: Session, select: str, path: Path) -> None:
    session.execute(f"COPY ({select}) TO {literal(path)} ({WRITTEN})")


def _leave_out_blank_numbers(session: Session, life: Path) -> None:
    if session.row(f"SELECT count(*) - count(key) FROM read_parquet({literal(life)})")[0]:
        whole = life.with_name("whole.parquet")
        life.rename(whole)
        _copy(session, feed_rows.with_numbers(str(whole)), life)
        whole.unlink()


def _numbers(session: Session, folder: Path, days: Mapping[tuple[str, date], int]) -> tuple[int, int]:
    """Accepted rows with an empty number, and with one that fails its check."""
    stored = dict.fromkeys(("life", "loss", "other"), 0)
    empty = invalid = 0
    for name in stored:
        file = literal(folder / f"{name}.parquet")
        stored[name], held = session.row(f"SELECT count(*), count(key) FROM read_parquet({file})")
        empty += stored[name] - held
    for name, raw in (("life", "id_raw"), ("loss", "coalesce(id_raw, id_text)")):
        file = literal(folder / f"{name}.parquet")
        status = f"SELECT {raw} AS raw FROM read_parquet({file}) WHERE key < 0"
        invalid += session.row(f"SELECT count(*) FROM ({status}) WHERE {_FAILS}")[0]
    return empty + sum(days.values()) - sum(stored.values()), int(invalid)
