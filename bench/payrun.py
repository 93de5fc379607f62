"""What a draft of a pay run costs beside a bare UPDATE of the same benefits: one run, the two taking turns.

The benefits are made by SQL: everybody has a pass of ours, the clocks of one in twelve have run out, nine in ten of
these were warned. The UPDATE sets the pay status of every benefit and is rolled back, as is each draft but the last.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.place import ROOT

ROUNDS = 3
_MEASURED = """
import json, os, resource, sys, time
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo
from anling.site.environment import read_environment
from anling.site.migrating import migrate, prepare
rows, rounds = int(sys.argv[1]), int(sys.argv[2])
environment = read_environment(os.environ)
migrate(environment)
from django.db import connections, transaction
from bench.payrun_rows import STATEMENTS, BARE
with connections["owner"].cursor() as cursor:
    for statement in STATEMENTS:
        cursor.execute(statement, {"rows": rows})
    cursor.execute("VACUUM ANALYZE")
from datetime import date
from anling.access.models import Grant, Officer
from anling.access.queries import actor_of
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.payment.proposing import propose
from anling.rules.months import Month
officer = Officer.objects.create_user("bench", None, name="bench")
Grant.objects.create(officer=officer, role="clerk", region="44", valid_from=date(2020, 1, 1))
at = datetime(2026, 8, 6, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
by, took = actor_of(officer, at.date()), {"bare": [], "draft": []}
for turn in range(rounds):
    begun = time.perf_counter()
    with within(Scope("44")):
        with connections["default"].cursor() as cursor:
            cursor.execute(BARE)
        transaction.set_rollback(True)
    took["bare"].append(time.perf_counter() - begun)
    begun = time.perf_counter()
    with transaction.atomic():
        run = propose(region="44", month=Month.of(2026, 8), by=by, at=at)
        counts = run.counts
        transaction.set_rollback(True)
    took["draft"].append(time.perf_counter() - begun)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
print(json.dumps({**{name: median(each) for name, each in took.items()}, "peak_gb": peak, "counts": counts}))
"""


def payrun(rows: int) -> dict[str, Any]:
    """Median seconds of `draft` and `bare`, their ratio, peak client memory (GB), and what the draft counted."""
    with tempfile.TemporaryDirectory(prefix="anling-bench-") as name:
        Path(name).chmod(0o711)
        environment = {
            **os.environ, "ANLING_HOME": f"{name}/home", "ANLING_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "anling.site.settings", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        call = [sys.executable, "-c", _MEASURED, str(rows), str(ROUNDS)]
        done = subprocess.run(call, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return {"rows": rows, **found, "ratio": found["draft"] / found["bare"]}


def told(report: dict[str, Any]) -> str:
    """The report as lines."""
    lines = [f"{report['rows']:,} benefits, {report['counts']['due']:,} of them due"]
    lines += [f"{name:6} {report[name]:8.1f} s" for name in ("bare", "draft")]
    lines.append(f"ratio  {report['ratio']:8.2f}   peak {report['peak_gb']:.2f} GB")
    return "\n".join(lines) + "\n"
