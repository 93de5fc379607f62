"""What an import of the roster costs beside a bare load of the same rows into the same tables and indexes.

One run: ours from the file (intake, comparison, history, search, trail), the same file again, and then the rows that
ours has written, copied out and loaded by COPY as the owner into the emptied tables. Row security is off for the bare
load and nothing is checked or compared there: it is the least that PostgreSQL needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import Any

from bench.home import ANLING, Home, fresh_home
from bench.place import ROOT
from bench.process import ProcessError

TABLES = (
    *(f"roster_{name}" for name in ("person", "identitynumber", "personname", "benefit", "searchtoken")),
    "passes_pass", "passes_cover",
)  # fmt: skip


def compare_imports(rows: int) -> dict[str, Any]:
    """Seconds and peak client memory (GB) of `first`, `again` and `bare`, and how fast ours is as a share of bare."""
    with fresh_home() as home:
        province = home.folder / "province"
        home.anling("synth", "--people", str(rows), "--seed", "1", "--out", str(province))
        home.inside("bench.clerk")
        call = ["import", "roster", str(province / "roster.parquet"), "--as", "bench", "--apply", "--json"]
        first, again = _measured(home, call), _measured(home, call)
        kept = home.folder / "rows"
        kept.mkdir()
        bare = json.loads(home.inside("bench.import_bare", str(kept), *TABLES))
    ratios = {name: bare["wall_s"] / each["wall_s"] for name, each in (("first", first), ("again", again))}
    return {"rows": rows, "first": first, "again": again, "bare": bare, "ratios": ratios}


def told(report: dict[str, Any]) -> str:
    """The report as lines."""
    lines = [f"{report['rows']:,} people"]
    for name in ("first", "again"):
        each = report[name]
        counts = {word: count for word, count in each["counts"].items() if count}
        share = report["ratios"][name]
        lines.append(f"{name:6} {each['wall_s']:8.1f} s  {each['peak_gb']:5.2f} GB  {share:5.2f} × bare  {counts}")
    lines.append(f"{'bare':6} {report['bare']['wall_s']:8.1f} s")
    return "\n".join(lines) + "\n"


def _measured(home: Home, arguments: list[str]) -> dict[str, Any]:
    begun = time.perf_counter()
    process = subprocess.Popen([ANLING, *arguments], env=home.environment, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise ProcessError(f"anling {' '.join(arguments[:2])} ended with {process.returncode}")
    facts = json.loads(said.decode().strip().rpartition("\n")[2])
    return {"wall_s": time.perf_counter() - begun, "peak_gb": usage.ru_maxrss * 1024 / 1e9, "counts": facts["counts"]}
