"""Spark on one machine, asked what decide is asked."""

import sys

import psutil

from anling.engines.memory import in_bytes
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.decide import decide
from anling.engines.spark.session import Session
from bench.disowned import Disowned
from bench.place import THREADS, Place
from bench.process import report
from bench.question import Question


def main() -> None:
    """Folder of the scale, memory limit."""
    place = Place.at(sys.argv[1])
    question = Question.read(place)
    out = place.results / "decide_spark"
    out.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(f"local[{THREADS}]", in_bytes(sys.argv[2]), THREADS)
    with Disowned(psutil.Process()) as disowned, Session(cluster, temp=place.folder / "spill") as session:
        decided = decide(session, question.inputs, question.parameters, out)
    report(
        decisions=decided.totals.decisions,
        evidence=decided.totals.evidence,
        deciding=decided.totals.deciding,
        lists=dict(sorted(decided.totals.lists.items())),
        steps={cost.name: cost.cpu_s for cost in decided.costs},
        peak_gb=decided.peak_gb,
        disowned_cpu_s=round(disowned.cpu_s, 3),
    )


if __name__ == "__main__":
    main()
