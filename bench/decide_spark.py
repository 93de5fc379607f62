"""Spark on one machine, asked what decide is asked; the rows that it writes are held against those of decide."""

import sys
from pathlib import Path

import pyarrow.parquet as pq

from anling.engines.memory import in_bytes
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.decide import decide
from anling.engines.spark.session import Session
from bench.place import THREADS, Place
from bench.process import report
from bench.question import Question

FILES = ("decisions.parquet", "evidence.parquet")


def main() -> None:
    """Folder of the scale, memory limit."""
    place = Place.at(sys.argv[1])
    question = Question.read(place)
    out = place.results / "decide_spark"
    out.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(f"local[{THREADS}]", in_bytes(sys.argv[2]), THREADS)
    with Session(cluster, temp=place.folder / "spill") as session:
        decided = decide(session, question.inputs, question.parameters, out)
    equal = {name: _equal(out / name, place.results / "decide" / name) for name in FILES}
    if False in equal.values():
        raise SystemExit(f"the rows are not those of DuckDB: {equal}")
    report(
        decisions=decided.totals.decisions,
        evidence=decided.totals.evidence,
        deciding=decided.totals.deciding,
        lists=dict(sorted(decided.totals.lists.items())),
        steps={cost.name: cost.cpu_s for cost in decided.costs},
        peak_gb=decided.peak_gb,
        equal=equal,
    )


def _equal(ours: Path, theirs: Path) -> bool | None:
    """Whether two files hold the same rows in the same order; None where DuckDB was not measured."""
    return pq.read_table(ours).equals(pq.read_table(theirs)) if theirs.exists() else None


if __name__ == "__main__":
    main()
