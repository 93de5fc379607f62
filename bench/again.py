"""An engine that has decided before in the same process, as a worker's has: what the third run takes."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from anling.engines.costs import Decided, own_cpu_seconds
from anling.engines.duckdb.decide import decide as decide_on_duckdb
from anling.engines.memory import in_bytes
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.decide import decide as decide_on_spark
from anling.engines.spark.standing import Standing
from bench.place import THREADS, Place
from bench.process import report
from bench.question import Question

RUNS = 3
IDLE = 600.0

Cost = tuple[float, Decided]
"""CPU seconds of a run, and what it came to."""


def main() -> None:
    """Folder of the scale, memory limit, name of what is measured. Reports the CPU of each run, the last apart."""
    place, memory, name = Place.at(sys.argv[1]), sys.argv[2], sys.argv[3]
    question, standing = Question.read(place), Standing()
    run = partial(_ON[name], question, place, memory, standing)
    each: list[float] = []
    for _ in range(RUNS):
        out = place.results / name
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        begun = time.perf_counter()
        cpu, decided = run(out)
        wall = time.perf_counter() - begun
        each.append(cpu)
    standing.end()
    report(
        cpu_s=each[-1], wall_s=wall, cpu_of_each_run=[round(cpu, 3) for cpu in each], peak_gb=decided.peak_gb,
        decisions=decided.totals.decisions, evidence=decided.totals.evidence,
    )  # fmt: skip


def _duckdb(question: Question, place: Place, memory: str, standing: Standing, out: Path) -> Cost:
    del standing
    before = own_cpu_seconds()
    decided = decide_on_duckdb(
        question.inputs, question.parameters, out, memory_limit=memory, threads=THREADS, temp=place.folder / "spill"
    )
    return own_cpu_seconds() - before, decided


def _spark(question: Question, place: Place, memory: str, standing: Standing, out: Path) -> Cost:
    """From the application's being lent up to its being given back; of the first run, not how it is started."""
    cluster = Cluster(f"local[{THREADS}]", in_bytes(memory), THREADS, IDLE)
    with standing.lent(cluster, temp=place.folder / "spill", waiting=lambda: None) as session:
        before = session.cpu_seconds()
        decided = decide_on_spark(session, question.inputs, question.parameters, out)
    return session.cpu_seconds() - before, decided


_ON: dict[str, Callable[[Question, Place, str, Standing, Path], Cost]] = {
    "decide_again": _duckdb,
    "decide_spark_again": _spark,
}

if __name__ == "__main__":
    main()
