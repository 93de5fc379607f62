"""Runs the steps of `matching` on DuckDB, slice by slice, and writes decisions and evidence (contracts.md).

The ingested store is sorted by number, so a slice of people is a range of numbers: each slice reads its own part of
every file and nothing else. Memory follows the size of a slice, not of the province; the rows and their order do not
depend on where the slices are cut.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from anling.engines.duckdb.relations import bring
from anling.engines.duckdb.results import Results, Totals
from anling.engines.duckdb.session import Session
from anling.engines.duckdb.slices import Slice, cut, fitting
from anling.matching.inputs import Inputs
from anling.matching.steps import Kept, Step, once, per_slice

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class StepCost:
    """What one step took over all slices: seconds of wall and of CPU, and the process's peak memory after it."""

    name: str
    wall_s: float
    cpu_s: float
    peak_gb: float


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run came to: counts, and what each step cost."""

    totals: Totals
    costs: tuple[StepCost, ...]
    slices: int


class Stopwatch:
    """Adds up what each named step takes."""

    def __init__(self) -> None:
        self._costs: dict[str, StepCost] = {}

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Book the wall and CPU seconds of the block under the name."""
        wall, cpu = time.perf_counter(), _cpu_seconds()
        yield
        wall, cpu = time.perf_counter() - wall, _cpu_seconds() - cpu
        before = self._costs.get(name, StepCost(name, 0.0, 0.0, 0.0))
        self._costs[name] = StepCost(name, before.wall_s + wall, before.cpu_s + cpu, _peak_gb())

    @property
    def costs(self) -> tuple[StepCost, ...]:
        """The steps in the order in which they first ran."""
        return tuple(self._costs.values())


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
                results.add(session)
            progress("decide", next(told), work)
        with watch.time("write"):
            results.close()
        return Decided(results.totals, watch.costs, len(slices))


def _narrow(session: Session, piece: Slice) -> None:
    """Point the relations of a slice to its range of numbers."""
    session.execute(f"CREATE OR REPLACE VIEW slice_row AS SELECT * FROM roster WHERE {piece.of_roster}")
    session.execute(f"CREATE OR REPLACE VIEW slice_person AS SELECT * FROM person WHERE {piece.of_people}")
    session.execute(f"CREATE OR REPLACE VIEW slice_life AS SELECT * FROM life WHERE {piece.of_people}")


def _run(session: Session, step: Step, parameters: Mapping[str, int], watch: Stopwatch) -> None:
    kind = "TEMP VIEW" if step.kept is Kept.VIEW else "TEMP TABLE"
    with watch.time(step.name):
        session.execute(f"CREATE OR REPLACE {kind} {step.name} AS {step.filled(parameters)}")


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
