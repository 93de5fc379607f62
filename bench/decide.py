"""Our decide on the ingested store: the whole rule with leads, reasons and deciding records, both files written."""

import sys

from anling.engines.duckdb.decide import decide
from bench.place import THREADS, Place
from bench.process import report
from bench.question import Question


def main() -> None:
    """Folder of the scale, memory limit."""
    place = Place.at(sys.argv[1])
    question = Question.read(place)
    out = place.results / "decide"
    out.mkdir(parents=True, exist_ok=True)
    decided = decide(
        question.inputs, question.parameters, out,
        memory_limit=sys.argv[2], threads=THREADS, temp=place.folder / "spill",
    )  # fmt: skip
    report(
        decisions=decided.totals.decisions,
        evidence=decided.totals.evidence,
        deciding=decided.totals.deciding,
        lists=dict(sorted(decided.totals.lists.items())),
        slices=decided.slices,
        steps={cost.name: cost.cpu_s for cost in decided.costs},
    )


if __name__ == "__main__":
    main()
