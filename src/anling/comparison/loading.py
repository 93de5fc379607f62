"""From the files of a finished run into its tables: streamed by COPY into staging, then moved under row security."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection

from anling.comparison.explain.run_folder import RunFolder, open_run
from anling.engines.duckdb.loading import Finished, Loading
from anling.engines.duckdb.session import Session
from anling.policy import Policy

Progress = Callable[[str, int, int], None]

_DECISION = "benefit_id, person_id, region, unit, scheme, list, reasons, pass_month, base_month, deciding"
_EVIDENCE = (
    "person_id, feed, batch, row_id, code, sign, grade, event_date, end_date, identity, usable, why_not"
)  # fmt: skip
_STAGING = {
    "decision": "CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM comparison_decision WHERE false",
    "evidence": "CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM comparison_evidence WHERE false",
}
_COUNTS = """
INSERT INTO comparison_count (run_id, region, list, scheme, reasons, benefits)
SELECT run_id, left(region, 6), list, scheme, reasons, count(*)
FROM comparison_decision WHERE run_id = %s GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rows of decisions that were loaded, and the SHA-256 over the content of decisions and evidence."""

    decisions: int
    content_hash: str


def load_run(
    run: int, folder: Path, snapshot: Path, policy: Policy, *, memory_limit: str, temp: Path, progress: Progress
) -> Loaded:
    """Fill the run's partitions and counts within the running transaction, in the scope of the run.

    What an earlier attempt has left there goes. Raises InputError or EngineError with one sentence.
    """
    opened = open_run(folder, policy)
    digest = sha256()
    with connection.cursor() as cursor:
        cursor.execute("SELECT comparison_open_run(%s)", [run])
        with _reading(opened, snapshot, memory_limit, temp) as reading:
            rows = _copy("decision", _DECISION, reading.decisions(), digest, progress)
            _copy("evidence", _EVIDENCE, reading.evidence(), digest, progress)
        _move(cursor, run)
    return Loaded(rows, digest.hexdigest())


def stage_decisions(
    folder: Path, snapshot: Path, policy: Policy, *, memory_limit: str, temp: Path, progress: Progress
) -> int:
    """Put the decisions of a finished folder into `staging_decision`, which goes with the running transaction.

    Nothing is stored. Returns how many there are; raises InputError or EngineError with one sentence.
    """
    with _reading(open_run(folder, policy), snapshot, memory_limit, temp) as reading:
        return _copy("decision", _DECISION, reading.decisions(), sha256(), progress)


@contextmanager
def _reading(opened: RunFolder, snapshot: Path, memory_limit: str, temp: Path) -> Iterator[Loading]:
    finished = Finished(opened.decisions, opened.evidence, opened.roster, snapshot, opened.batches)
    with Loading(Session(memory_limit=memory_limit, temp=temp), finished, clocks(opened.policy, opened.as_of)) as made:
        yield made


def clocks(policy: Policy, as_of: date) -> list[tuple[str, str, str, int]]:
    """The clock rules of a day as the engine takes them."""
    return [
        (str(scheme), prefix, str(rule.first_base), rule.stop_after_months)
        for scheme, prefix, rule in policy.clock_rules(as_of)
    ]


def _copy(kind: str, columns: str, pieces: Iterator[pa.Table], digest: Any, progress: Progress) -> int:
    """Stream rows into a staging table that goes with the transaction."""
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute(_STAGING[kind].format(name=f"staging_{kind}", columns=columns))
        with cursor.copy(f"COPY staging_{kind} ({columns}) FROM STDIN (FORMAT csv)") as copy:
            for piece in pieces:
                content = _csv(piece)
                digest.update(content)
                copy.write(content)
                rows += piece.num_rows
                progress("load", rows, 0)
    return rows


def _csv(rows: pa.Table) -> bytes:
    """Rows as CSV without a header: null stands bare, every other value in quotes."""
    buffer = io.BytesIO()
    pacsv.write_csv(rows, buffer, pacsv.WriteOptions(include_header=False, quoting_style="all_valid"))
    return buffer.getvalue()


def _move(cursor: Any, run: int) -> None:
    for kind, columns in (("decision", _DECISION), ("evidence", _EVIDENCE)):
        cursor.execute(
            f"INSERT INTO comparison_{kind} (run_id, {columns}) SELECT %s, {columns} FROM staging_{kind}",
            [run],
        )
    cursor.execute(_COUNTS, [run])
    cursor.execute("SELECT comparison_close_run(%s)", [run])
