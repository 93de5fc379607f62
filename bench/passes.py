"""What taking a run over costs beside a bare INSERT … SELECT of the same rows into the same tables and indexes.

One run, three rounds: the passes and cases of a run of N people (of a thousand, 975 are eligible), by our operation as
the serving role under row security; then the rows that it has written, kept aside, inserted as the owner into the
emptied tables, where nothing is checked, joined or recorded: it is the least that PostgreSQL needs.
"""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from bench.home import fresh_home


def compare_passes(people: int) -> dict[str, Any]:
    """Seconds of `ours` and `bare` by round, rows written, and the ratio of their medians."""
    with fresh_home() as home:
        said = home.inside("bench.passes_rounds", str(people))
    report: dict[str, Any] = {"people": people, **json.loads(said)}
    report["ratio"] = median(report["ours"]) / median(report["bare"])
    return report


def told(report: dict[str, Any]) -> str:
    """The report as lines."""
    lines = [f"{report['people']:,} people: {report['passes']:,} passes, {report['cases']:,} cases"]
    for name in ("ours", "bare"):
        lines.append(f"{name:5} {'  '.join(f'{each:7.2f} s' for each in report[name])}")
    return "\n".join([*lines, f"ratio {report['ratio']:.2f} of the medians (bar 3)"]) + "\n"
