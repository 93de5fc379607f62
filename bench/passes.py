"""What taking a run over costs beside a bare INSERT … SELECT of the same rows into the same tables and indexes.

One run, three rounds: the passes and cases of a run of N people (of a thousand, 975 are eligible), by our operation as
the serving role under row security; then the rows that it has written, kept aside, inserted as the owner into the
emptied tables, where nothing is checked, joined or recorded: it is the least that PostgreSQL needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench.place import ROOT

ROUNDS = 3
_PEOPLE = """
INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex)
SELECT n, '01', 'N' || n, true, '某甲', '某甲', '', 9 FROM generate_series(1, {people}) AS n;
INSERT INTO roster_benefit (benefit_no, person_id, person_no, agency, scheme, region, residence_region, unit,
    pay_status, suspend_reason, phone, address, pinyin)
SELECT 'B' || n, n, 'P' || n, '', CASE n % 3 WHEN 0 THEN 'employee' ELSE 'resident' END,
    '4401' || lpad((n % 11 + 3)::text, 2, '0') || lpad((n % 200)::text, 6, '0'), '', 'U' || n % 500, 'paying', '', '',
    '', '' FROM generate_series(1, {people}) AS n;
ANALYZE roster_person, roster_benefit
"""
_DECISIONS = """
INSERT INTO comparison_decision
    (run_id, benefit_id, person_id, region, unit, scheme, list, reasons, pass_month, base_month, deciding)
SELECT %(run)s, id, person_id, region, unit, scheme,
    CASE WHEN person_id %% 40 > 0 THEN 'eligible' WHEN person_id %% 80 > 0 THEN 'to_verify' ELSE 'lost' END,
    CASE WHEN person_id %% 40 > 0 THEN 'life_p2' WHEN person_id %% 80 > 0 THEN 'death single_source' ELSE 'death' END,
    CASE WHEN person_id %% 40 > 0 THEN date '2026-01-01' + (person_id %% 6)::int * interval '1 month' END, NULL,
    jsonb_build_array(jsonb_build_array('transport_trip', '2026-06', 'r' || person_id))
FROM roster_benefit
"""
_COUNTS = """
INSERT INTO comparison_count (run_id, region, list, scheme, reasons, benefits)
SELECT run_id, left(region, 6), list, scheme, reasons, count(*) FROM comparison_decision WHERE run_id = %(run)s
GROUP BY 1, 2, 3, 4, 5
"""
TABLES = ("passes_pass", "passes_cover", "casework_case", "casework_caseevent")
_WORK = (
    """
import json, os, sys, time
from datetime import date
from anling.site.environment import read_environment
from anling.site.migrating import prepare
prepare(read_environment(os.environ))
from django.db import connection, connections, transaction
from django.utils import timezone
from anling.access.models import Grant, Officer
from anling.access.queries import actor_of
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.adopting import adopt
from anling.comparison.models import Run
people, rounds, given = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.stdin.read())
made = Officer.objects.create_user("bench", None, name="bench")
Grant.objects.create(officer=made, role="clerk", region="44", valid_from=date(2020, 1, 1))
by, tables, now = actor_of(made, timezone.localdate()), given["tables"], timezone.now()
owner = connections["owner"]
owner.cursor().execute(given["people"].format(people=people))
def run():
    with within(Scope("44")), connection.cursor() as cursor:
        it = Run.objects.create(region="44", as_of=date(2026, 6, 30), state="running", asked_by="b",
                                asked_by_label="b", asked_at=now)
        cursor.execute("SELECT comparison_open_run(%s)", [it.pk])
        cursor.execute(given["decisions"], {"run": it.pk})
        cursor.execute(given["counts"], {"run": it.pk})
        cursor.execute("SELECT comparison_close_run(%s)", [it.pk])
        it.state = "done"
        it.save()
        return it.pk
def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
def ours():
    with within(Scope("44")):
        told.append(adopt(run=number, by=by, at=now))
def bare():
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        for table in tables:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
report = {"ours": [], "bare": []}
for _ in range(rounds):
    number, told = run(), []
    report["ours"].append(timed(ours))
    with owner.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")
            cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        cursor.execute("TRUNCATE casework_adoption, " + ", ".join(tables) + " CASCADE")
    report["bare"].append(timed(bare))
    with owner.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(tables) + " CASCADE")
report["passes"], report["cases"] = told[0].passes, told[0].opened
print(json.dumps(report))
"""
)  # fmt: skip


def compare_passes(people: int) -> dict[str, Any]:
    """Seconds of `ours` and `bare` by round, rows written, and the ratio of their medians."""
    with tempfile.TemporaryDirectory(prefix="anling-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        environment = {
            **os.environ, "ANLING_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": "anling.site.settings",
        }  # fmt: skip
        _run([sys.executable, "-m", "anling", "migrate"], environment, "")
        given = json.dumps({"people": _PEOPLE, "decisions": _DECISIONS, "counts": _COUNTS, "tables": TABLES})
        said = _run([sys.executable, "-c", _WORK, str(people), str(ROUNDS)], environment, given)
    report: dict[str, Any] = {"people": people, **json.loads(said)}
    report["ratio"] = median(report["ours"]) / median(report["bare"])
    return report


def told(report: dict[str, Any]) -> str:
    """The report as lines."""
    lines = [f"{report['people']:,} people: {report['passes']:,} passes, {report['cases']:,} cases"]
    for name in ("ours", "bare"):
        lines.append(f"{name:5} {'  '.join(f'{each:7.2f} s' for each in report[name])}")
    return "\n".join([*lines, f"ratio {report['ratio']:.2f} of the medians (bar 3)"]) + "\n"


def _run(command: list[str], environment: dict[str, str], given: str) -> str:
    done = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True, input=given
    )  # fmt: skip
    return done.stdout.strip().rpartition("\n")[2]
