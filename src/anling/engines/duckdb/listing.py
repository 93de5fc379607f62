"""The rows of the lists: decisions beside what an office needs to know of each benefit, sorted by city and list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from anling.engines.cells import guarded_sql, masked_sql
from anling.engines.duckdb.session import Session, literal

PIECE = 100_000
"""Rows that are handed over at once: the memory of writing a list depends on this alone."""

CLOCKS = pa.schema(
    [("scheme", pa.string()), ("prefix", pa.string()), ("first_base", pa.string()), ("stop_after", pa.int32())]
)
_PHRASES = pa.schema([("code", pa.string()), ("zh", pa.string()), ("en", pa.string())])

_NEWEST = """
CREATE TEMP TABLE newest AS
WITH doubled AS (
  SELECT person_no FROM roster GROUP BY person_no HAVING min(person_seq) <> max(person_seq)
), plain AS (
  SELECT * FROM decision WHERE list = 'eligible' AND person_no NOT IN (FROM doubled)
), other AS (
  SELECT benefit_no, unnest(deciding) AS record FROM decision WHERE list <> 'eligible' OR person_no IN (FROM doubled)
), seen AS (
  SELECT person_no, max(event_date) AS day FROM evidence WHERE sign = 'life' AND usable GROUP BY person_no
)
SELECT p.benefit_no, s.day FROM plain AS p JOIN seen AS s ON s.person_no = p.person_no
UNION ALL
SELECT o.benefit_no, max(e.event_date) AS day
FROM other AS o
JOIN evidence AS e ON e.feed = o.record.feed AND e.batch = o.record.batch AND e.row_id = o.record.row_id
GROUP BY o.benefit_no
"""
# all records that decide an eligible benefit are the usable life signs of its person: only the others are looked up

CLOCK = """
CREATE TEMP TABLE clock AS
SELECT a.scheme, a.region, max_by(c.first_base, length(c.prefix)) AS first_base,
  max_by(c.stop_after, length(c.prefix)) AS stop_after
FROM (SELECT DISTINCT scheme, region FROM roster) AS a
JOIN clock_rule AS c ON c.scheme = a.scheme AND starts_with(a.region, c.prefix)
GROUP BY a.scheme, a.region
"""
BASE = """coalesce(r.last_pass_month, CASE c.first_base
  WHEN 'application_next_month' THEN coalesce(r.application_month, r.approval_month) + 1
  WHEN 'application_month' THEN coalesce(r.application_month, r.approval_month)
  WHEN 'approval_month' THEN coalesce(r.approval_month, r.application_month)
  WHEN 'benefit_start' THEN r.benefit_start END)"""
_PASSED = "left(d.pass_month, 4)::INTEGER * 12 + right(d.pass_month, 2)::INTEGER - 1"
_LISTED = f"""
CREATE TEMP TABLE listed AS
SELECT
  r.city, d.list AS list_code, r.person_no, r.benefit_no, {masked_sql("r.id_text")} AS id_number, r.name,
  s.zh || ' ' || s.en AS scheme,
  r.region, r.residence_region, r.agency, r.unit, l.zh || ' ' || l.en AS list, w.zh AS reasons_zh, w.en AS reasons_en,
  d.pass_month, len(d.deciding)::INTEGER AS deciding_records, n.day AS newest_deciding,
  greatest({BASE}, {_PASSED}) + c.stop_after AS stop
FROM decision AS d
JOIN roster AS r ON r.benefit_no = d.benefit_no
JOIN clock AS c ON c.scheme = r.scheme AND c.region = r.region
JOIN scheme_word AS s ON s.code = d.scheme
JOIN list_word AS l ON l.code = d.list
JOIN reason_word AS w ON w.code = array_to_string(d.reasons, ' ')
LEFT JOIN newest AS n ON n.benefit_no = d.benefit_no
ORDER BY r.city, d.list, r.region, r.agency, r.unit, r.person_no, r.benefit_no
"""
_TEXTS = (
    "person_no", "benefit_no", "id_number", "name", "scheme", "region", "residence_region", "agency", "unit", "list",
    "reasons_zh", "reasons_en", "pass_month",
)  # fmt: skip
_STOP = "CASE WHEN stop IS NULL THEN NULL ELSE printf('%04d-%02d', stop // 12, stop % 12 + 1) END"
COLUMNS = (*_TEXTS, "deciding_records", "newest_deciding", "stop_month")


@dataclass(frozen=True, slots=True)
class Result:
    """The files that lists are made of: two of a run, and the ingested roster behind it."""

    decisions: Path
    evidence: Path
    roster: Path


@dataclass(frozen=True, slots=True)
class Words:
    """What stands for the codes: code → Chinese and English. Several reasons are one code, joined by blanks."""

    schemes: Mapping[str, tuple[str, str]]
    lists: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one list of one city: their places among all rows."""

    city: str
    list_code: str
    first: int
    rows: int


class Listing:
    """All lists of a run, opened: `with Listing(session, result) as listing`; `prepare`, then read group by group."""

    def __init__(self, session: Session, result: Result) -> None:
        self._session = session
        session.execute(f"CREATE VIEW decision AS SELECT * FROM read_parquet({literal(result.decisions)})")
        session.execute(f"CREATE VIEW evidence AS SELECT * FROM read_parquet({literal(result.evidence)})")
        rows = f"SELECT *, coalesce(odd_id, id_raw) AS id_text FROM read_parquet({literal(result.roster)})"
        session.execute(f"CREATE VIEW roster AS {rows} WHERE compared")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def reasons(self) -> tuple[str, ...]:
        """Every set of reasons that occurs, its codes joined by blanks."""
        rows = self._session.rows("SELECT DISTINCT array_to_string(reasons, ' ') FROM decision ORDER BY ALL")
        return tuple(reasons for (reasons,) in rows)

    def prepare(
        self, words: Words, reasons: Mapping[str, tuple[str, str]], clocks: Iterable[tuple[str, str, str, int]]
    ) -> None:
        """Join and sort. clocks: scheme, region prefix, first base, months after the base in which pay stops."""
        tables = {"scheme_word": words.schemes, "list_word": words.lists, "reason_word": reasons}
        for name, phrases in tables.items():
            rows = [{"code": code, "zh": zh, "en": en} for code, (zh, en) in phrases.items()]
            self._session.register(name, pa.Table.from_pylist(rows, schema=_PHRASES))
        rules = [dict(zip(CLOCKS.names, clock, strict=True)) for clock in clocks]
        self._session.register("clock_rule", pa.Table.from_pylist(rules, schema=CLOCKS))
        for statement in (_NEWEST, CLOCK, _LISTED):
            self._session.execute(statement)

    def groups(self) -> tuple[Group, ...]:
        """Every list that has rows, by city and list."""
        rows = self._session.rows(
            "SELECT city, list_code::VARCHAR, min(rowid), count(*) FROM listed GROUP BY ALL ORDER BY min(rowid)"
        )
        return tuple(Group(*row) for row in rows)

    def counts(self) -> list[tuple[str, str, str, int]]:
        """City, scheme, list and rows, wherever there are rows."""
        return [
            (city, scheme, name, rows)
            for city, scheme, name, rows in self._session.rows(
                "SELECT r.city, d.scheme, d.list, count(*) FROM decision AS d"
                " JOIN roster AS r ON r.benefit_no = d.benefit_no GROUP BY ALL ORDER BY ALL"
            )
        ]

    def pieces(self, group: Group, *, guarded: bool) -> Iterator[pa.Table]:
        """The rows of a group, in COLUMNS, a piece at a time; `guarded`: no text begins like a formula."""
        texts = ", ".join(f"{guarded_sql(name)} AS {name}" if guarded else name for name in _TEXTS)
        columns = f"{texts}, deciding_records, newest_deciding, {_STOP} AS stop_month"
        for first in range(group.first, group.first + group.rows, PIECE):
            end = min(first + PIECE, group.first + group.rows)
            yield self._session.table(
                f"SELECT {columns} FROM listed WHERE rowid >= {first} AND rowid < {end} ORDER BY rowid"
            )
