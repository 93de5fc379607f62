"""Runs the steps of `matching` on DuckDB, slice by slice, and writes decisions and evidence (contracts.md).

The ingested store is sorted by number, so a slice of people is a range of numbers: each slice reads its own part of
every file and nothing else. Memory follows the size of a slice, not of the province; the rows and their order do not
depend on where the slices are cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from anling.engines.costs import Decided, Stopwatch
from anling.engines.duckdb.relations import bring
from anling.engines.duckdb.session import ENGINE_VERSION, Session
from anling.engines.duckdb.slices import Slice, cut, fitting
from anling.engines.results.results import Found, Results
from anling.matching.inputs import Inputs
from anling.matching.steps import Kept, Step, once, per_slice

Progress = Callable[[str, int, int], None]


_ROWS = "SELECT pos, benefit_no, person_no, scheme = 'resident' AS is_resident FROM slice_row"
_DECISION = "SELECT pos, person_seq, by_double, rule, reason_bits, pass_day FROM decision"
_LIFE = """
SELECT
  person_seq, record, mark,
  is_variant::UTINYINT + 2 * is_stranger::UTINYINT + 4 * contradicts::UTINYINT AS flags
FROM deciding_life
"""
_LOSS = """
SELECT person_seq, batch_no, row_id, sign, grade, day, end_day, identity, why_not, decides, decides_double
FROM deciding_loss
"""


def decide(
    inputs: Inputs,
    parameters: Mapping[str, int],
    out: Path,
    *,
    memory_limit: str = "4GB",
    threads: int | None = None,
    temp: Path | None = None,
    people_per_slice: int | None = None,
    progress: Progress = lambda label, done, total: None,
) -> Decided:
    """Write `decisions.parquet` and `evidence.parquet` into the folder `out`.

    memory_limit: text such as "4GB", of which slices are cut to use about three eighths, unless `people_per_slice`
    says how many people a slice has. progress: told step by step.
    Raises EngineError with one sentence, KeyboardInterrupt on Ctrl-C; what is written by then is not whole.
    """
    watch = Stopwatch()
    with Session(memory_limit=memory_limit, threads=threads, temp=temp) as session, Results(out, inputs) as results:
        with watch.time("open"):
            bring(session, inputs)
            slices = cut(session, people_per_slice or fitting(session, memory_limit))
        work = len(once()) + len(slices) * (len(per_slice()) + 1)
        told = count(1)
        for step in once():
            _run(session, step, parameters, watch)
            progress("decide", next(told), work)
        for piece in slices:
            _narrow(session, piece)
            for step in per_slice():
                _run(session, step, parameters, watch)
                progress("decide", next(told), work)
            with watch.time("write"):
                results.add(_found(session))
            progress("decide", next(told), work)
        with watch.time("write"):
            results.close()
        return Decided(ENGINE_VERSION, results.totals, watch.costs, len(slices))


def _found(session: Session) -> Found:
    return Found(session.table(_ROWS), session.table(_DECISION), session.table(_LIFE), session.table(_LOSS))


def _narrow(session: Session, piece: Slice) -> None:
    """Point the relations of a slice to its range of numbers."""
    session.execute(f"CREATE OR REPLACE VIEW slice_row AS SELECT * FROM roster WHERE {piece.of_roster}")
    session.execute(f"CREATE OR REPLACE VIEW slice_person AS SELECT * FROM person WHERE {piece.of_people}")
    session.execute(f"CREATE OR REPLACE VIEW slice_life AS SELECT * FROM life WHERE {piece.of_people}")


def _run(session: Session, step: Step, parameters: Mapping[str, int], watch: Stopwatch) -> None:
    kind = "TEMP VIEW" if step.kept is Kept.VIEW else "TEMP TABLE"
    with watch.time(step.name):
        session.execute(f"CREATE OR REPLACE {kind} {step.name} AS {step.filled(parameters)}")
