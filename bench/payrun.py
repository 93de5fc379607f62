"""What a draft of a pay run costs beside a bare UPDATE of the same benefits: one run, the two taking turns.

The benefits are made by SQL: everybody has a pass of ours, the clocks of one in twelve have run out, nine in ten of
these were warned. The UPDATE sets the pay status of every benefit and is rolled back, as is each draft but the last.
"""

from __future__ import annotations

import json
from typing import Any

from bench.home import fresh_home


def payrun(rows: int) -> dict[str, Any]:
    """Median seconds of `draft` and `bare`, their ratio, peak client memory (GB), and what the draft counted."""
    with fresh_home() as home:
        found: dict[str, Any] = json.loads(home.inside("bench.payrun_rounds", str(rows)))
    return {"rows": rows, **found, "ratio": found["draft"] / found["bare"]}


def told(report: dict[str, Any]) -> str:
    """The report as lines."""
    lines = [f"{report['rows']:,} benefits, {report['counts']['due']:,} of them due"]
    lines += [f"{name:6} {report[name]:8.1f} s" for name in ("bare", "draft")]
    lines.append(f"ratio  {report['ratio']:8.2f}   peak {report['peak_gb']:.2f} GB")
    return "\n".join(lines) + "\n"
