"""The rows of a run as the database keeps them: decisions and evidence under the keys of its benefits and people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from anling.engines.duckdb.listing import BASE, CLOCK, CLOCKS
from anling.engines.duckdb.session import Session, literal
from anling.engines.errors import EngineError
from anling.matching.inputs import BatchFiles
from anling.rules.wording import Words

PIECE = 50_000
"""Rows that are handed over at once."""

_FILES = ("life.parquet", "loss.parquet", "other.parquet")
_DECISIONS = f"""
SELECT s.benefit_id, s.person_id, s.region, coalesce(s.unit, '') AS unit, d.scheme, d.list,
  array_to_string(d.reasons, ' ') AS reasons, d.pass_month || '-01' AS pass_month,
  make_date(({BASE}) // 12, ({BASE}) % 12 + 1, 1) AS base_month,
  to_json(list_transform(d.deciding, lambda x: [x.feed, x.batch, x.row_id]))::VARCHAR AS deciding
FROM decision AS d
JOIN snapshot AS s ON s.benefit_no = d.benefit_no
JOIN roster AS r ON r.benefit_no = d.benefit_no
JOIN clock AS c ON c.scheme = r.scheme AND c.region = r.region
ORDER BY s.benefit_id
"""
_OWNERS = """
CREATE TEMP TABLE owner AS
SELECT d.person_no, s.person_id, count(*) OVER (PARTITION BY d.person_no) > 1 AS ambiguous
FROM decision AS d JOIN snapshot AS s ON s.benefit_no = d.benefit_no
GROUP BY d.person_no, s.person_id
"""
_CLAIMED = """
CREATE TEMP TABLE claimed AS
SELECT DISTINCT s.person_id, record.feed AS feed, record.batch AS batch, record.row_id AS row_id
FROM (
  SELECT benefit_no, unnest(deciding) AS record FROM decision
  WHERE person_no IN (SELECT person_no FROM owner WHERE ambiguous)
) AS d
JOIN snapshot AS s ON s.benefit_no = d.benefit_no
"""
# a number that two agencies give to two people names neither: only what decided a person's own benefit is theirs
_EVIDENCE = """
SELECT DISTINCT ON (o.person_id, e.feed, e.batch, e.row_id)
  o.person_id, e.feed, e.batch, e.row_id, coalesce(k.code, '') AS code, e.sign, e.grade, e.event_date, e.end_date,
  e.identity, e.usable, coalesce(e.why_not, '') AS why_not
FROM evidence AS e
JOIN owner AS o ON o.person_no = e.person_no
LEFT JOIN claimed AS l
  ON l.person_id = o.person_id AND l.feed = e.feed AND l.batch = e.batch AND l.row_id = e.row_id
LEFT JOIN code AS k ON k.feed = e.feed AND k.batch = e.batch AND k.row_id = e.row_id
WHERE NOT o.ambiguous OR l.person_id IS NOT NULL
ORDER BY o.person_id, e.feed, e.batch, e.row_id, e.identity
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """The files of a finished run: its two results, the ingested roster, and the snapshot with the database's keys."""

    decisions: Path
    evidence: Path
    roster: Path
    snapshot: Path
    batches: Sequence[BatchFiles]


class Loading:
    """A finished run, opened for the database: `with Loading(session, finished, clocks) as loading`.

    clocks: scheme, region prefix, first base, months after the base in which pay stops.
    """

    def __init__(self, session: Session, finished: Finished, clocks: Iterable[tuple[str, str, str, int]]) -> None:
        self._session = session
        files = {"decision": finished.decisions, "evidence": finished.evidence, "snapshot": finished.snapshot}
        for name, file in files.items():
            session.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({literal(file)})")
        session.execute(f"CREATE VIEW roster AS SELECT * FROM read_parquet({literal(finished.roster)}) WHERE compared")
        rules = [dict(zip(CLOCKS.names, each, strict=True)) for each in clocks]
        session.register("clock_rule", pa.Table.from_pylist(rules, schema=CLOCKS))
        for statement in (CLOCK, _OWNERS, _CLAIMED, _codes(finished.batches)):
            session.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def decisions(self) -> Iterator[pa.Table]:
        """benefit_id, person_id, region, unit, scheme, list, reasons, pass_month, base_month, deciding; by benefit_id.

        Raises EngineError, before the first row, where a decision has no benefit in the snapshot.
        """
        decided, found = self._session.row(
            "SELECT count(*), count(s.benefit_id) FROM decision AS d LEFT JOIN snapshot AS s USING (benefit_no)"
        )
        if decided != found:
            raise EngineError(
                Words(
                    "%(lost)s of %(all)s decisions have no benefit in the frozen roster",
                    lost=f"{decided - found:,}", all=f"{decided:,}",
                )
            )  # fmt: skip
        yield from self._session.pieces(_DECISIONS, PIECE)

    def evidence(self) -> Iterator[pa.Table]:
        """person_id, feed, batch, row_id, code, sign, grade, event_date, end_date, identity, usable, why_not."""
        yield from self._session.pieces(_EVIDENCE, PIECE)


def _codes(batches: Sequence[BatchFiles]) -> str:
    """A view over the codes of every record of the store."""
    files = [(each, path) for each in batches for name in _FILES if (path := each.file(name))]
    if not files:
        return "CREATE VIEW code AS SELECT '' AS feed, '' AS batch, '' AS row_id, '' AS code WHERE false"
    names = ", ".join(f"({place}, {literal(b.feed)}, {literal(b.batch)})" for place, (b, _) in enumerate(files))
    paths = ", ".join(literal(path) for _, path in files)
    return (
        "CREATE VIEW code AS SELECT n.feed, n.batch, p.row_id, p.code::VARCHAR AS code"
        f" FROM (SELECT file_index AS place, row_id, code FROM read_parquet([{paths}])) AS p"
        f" JOIN (VALUES {names}) AS n(place, feed, batch) ON n.place = p.place"
    )
