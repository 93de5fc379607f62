"""What an import of the roster costs beside a bare load of the same rows into the same tables and indexes.

One run: ours from the file (intake, comparison, history, search, trail), the same file again, and then the rows that
ours has written, copied out and loaded by COPY as the owner into the emptied tables. Row security is off for the bare
load and nothing is checked or compared there: it is the least that PostgreSQL needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.place import ROOT

TABLES = (
    *(f"roster_{name}" for name in ("person", "identitynumber", "personname", "benefit", "searchtoken")),
    "passes_pass", "passes_cover",
)  # fmt: skip
_OFFICER = """
import os
from datetime import date
from anling.site.environment import read_environment
from anling.site.migrating import prepare
prepare(read_environment(os.environ))
from anling.access.models import Grant, Officer
made = Officer.objects.create_user("bench", None, name="bench")
Grant.objects.create(officer=made, role="clerk", region="44", valid_from=date(2020, 1, 1))
from django.utils import timezone
from anling.access.command_sessions import begin
from anling.site.signing import keep_token
token = begin(officer=made, machine="bench", account="bench", at=timezone.now())
keep_token(read_environment(os.environ).home, "bench", token)
"""
_BARE = """
import json, os, sys, time
from anling.site.environment import read_environment
from anling.site.migrating import prepare
prepare(read_environment(os.environ))
from django.db import connections, transaction
tables, folder = sys.argv[2].split(","), sys.argv[1]
with connections["owner"].cursor() as cursor:
    for table in tables:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy, open(f"{folder}/{table}", "wb") as file:
            for block in copy:
                file.write(block)
    cursor.execute("TRUNCATE " + ", ".join(tables) + " CASCADE")
begun = time.perf_counter()
with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
    for table in tables:
        with cursor.copy(f"COPY {table} FROM STDIN") as copy, open(f"{folder}/{table}", "rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)
print(json.dumps({"wall_s": time.perf_counter() - begun}))
"""


def compare_imports(rows: int) -> dict[str, Any]:
    """Seconds and peak client memory (GB) of `first`, `again` and `bare`, and how fast ours is as a share of bare."""
    with tempfile.TemporaryDirectory(prefix="anling-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        environment = {
            **os.environ,
            "ANLING_HOME": str(folder / "home"),
            "DJANGO_SETTINGS_MODULE": "anling.site.settings",
        }
        anling = str(ROOT / ".venv" / "bin" / "anling")
        _run([anling, "synth", "--people", str(rows), "--seed", "1", "--out", str(folder / "province")], environment)
        _run([anling, "migrate"], environment)
        _run([sys.executable, "-c", _OFFICER], environment)
        call = [
            anling,
            "import",
            "roster",
            str(folder / "province" / "roster.parquet"),
            "--as",
            "bench",
            "--apply",
            "--json",
        ]
        first, again = _measured(call, environment), _measured(call, environment)
        (folder / "rows").mkdir()
        bare = json.loads(_run([sys.executable, "-c", _BARE, str(folder / "rows"), ",".join(TABLES)], environment))
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


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip().rpartition("\n")[2]


def _measured(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise subprocess.CalledProcessError(process.returncode, command)
    facts = json.loads(said.decode().strip().rpartition("\n")[2])
    return {"wall_s": time.perf_counter() - begun, "peak_gb": usage.ru_maxrss * 1024 / 1e9, "counts": facts["counts"]}
