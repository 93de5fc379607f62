"""How long the pages of the lists take at the size of a province: `python -m bench.lists --people 1000000`.

Two runs are put into the tables of a fresh installation by SQL, with lists and reasons in the proportions of a real
one. Every page is then asked for as officers do, through the whole of Django, as the role that serves, under row
security, from the province and from a city; times are the 50th and 95th of a hundred.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

_PEOPLE = """
INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex, birth_date)
SELECT g, '01', '44010619' || lpad((g %% 10000000000)::text, 10, '0'), true, '某' || (g %% 5000), '某' || (g %% 5000),
  'mou ' || lpad((g %% 5000)::text, 4, '0'), 1 + g %% 2, date '1950-01-01' + (g %% 7000)::int
FROM generate_series(1, %s) AS g
"""
_BENEFITS = """
INSERT INTO roster_benefit (id, benefit_no, person_id, person_no, agency, scheme, region, residence_region, unit,
  pay_status, suspend_reason, phone, address)
SELECT g, 'B' || lpad(g::text, 10, '0'), g, 'P' || lpad(g::text, 10, '0'), '',
  CASE WHEN g %% 3 = 0 THEN 'employee' ELSE 'resident' END,
  '44' || lpad((1 + g %% 21)::text, 2, '0') || lpad((1 + (g / 21) %% 6)::text, 2, '0'), '', 'U' || (g / 120),
  'paying', '', '', ''
FROM generate_series(1, %s) AS g
"""
_DECISIONS = """
INSERT INTO comparison_decision (run_id, benefit_id, person_id, region, unit, scheme, list, reasons, pass_month,
  base_month, deciding)
SELECT %s, b.id, b.person_id, b.region, b.unit, b.scheme,
  CASE WHEN h < 9000 THEN 'eligible' WHEN h < 9020 THEN 'lost' WHEN h < 9120 THEN 'to_verify' ELSE 'no_evidence' END,
  CASE WHEN h < 2000 THEN 'life_p1' WHEN h < 8000 THEN 'life_p2' WHEN h < 8600 THEN 'life_p1 life_p2'
    WHEN h < 9000 THEN 'life_p3x3' WHEN h < 9020 THEN 'death' WHEN h < 9060 THEN 'death single_source'
    WHEN h < 9110 THEN 'lead_near_id' WHEN h < 9120 THEN 'shared_id' ELSE 'none' END,
  CASE WHEN h < 9000 THEN date '2026-05-01' END, date '2025-07-01', '[["police_border", "2026-05", "r"]]'
FROM (
  SELECT *, hashint8(id * 7 + CASE WHEN id %% 40 = 0 THEN %s ELSE 0 END) & 2147483647 AS w FROM roster_benefit
) AS b
CROSS JOIN LATERAL (SELECT b.w %% 10000 AS h) AS x
"""
_COUNTS = """
INSERT INTO comparison_count (run_id, region, list, scheme, reasons, benefits)
SELECT run_id, left(region, 6), list, scheme, reasons, count(*) FROM comparison_decision WHERE run_id = %s
GROUP BY 1, 2, 3, 4, 5
"""
PAGES = {
    "lists": "/office/lists",
    "lists, one city": "/office/lists?region=4401",
    "people, all": "/office/lists/people",
    "people, eligible": "/office/lists/people?list=eligible",
    "people, lost": "/office/lists/people?list=lost",
    "people, lost, by name": "/office/lists/people?list=lost&sort=name",
    "people, rare reason": "/office/lists/people?reason=shared_id",
    "people, county and reason": "/office/lists/people?region=440103&reason=life_p2",
    "people, page 100": "/office/lists/people?page=100",
    "people, unit": "/office/lists/people?unit=U77",
    "two runs": "/office/runs/compare?first=1&second=2",
    "moved": "/office/runs/compare/people?first=1&second=2&from=eligible&to=no_evidence",
}


def main() -> None:
    """Fill a fresh installation, measure, print, and remove it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=1_000_000)
    asked.add_argument("--times", type=int, default=100)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    home = Path(tempfile.mkdtemp(prefix="anling-bench-"))
    home.chmod(0o711)
    os.environ |= {"ANLING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "anling.site.settings", "ANLING_DEMO": "1"}
    try:
        measured = _measure(given.people, given.times)
    finally:
        from django.db import connections  # noqa: PLC0415

        connections.close_all()
        shutil.rmtree(home, ignore_errors=True)
    if given.json:
        given.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def _measure(people: int, times: int) -> dict[str, dict[str, float]]:
    from anling.site.environment import read_environment  # noqa: PLC0415
    from anling.site.migrating import migrate  # noqa: PLC0415

    migrate(read_environment(os.environ))
    print(f"filled with {people:,} people and two runs in {_timed(lambda: _fill(people)):.0f} s", flush=True)
    measured: dict[str, dict[str, float]] = {}
    for region in ("44", "4401"):
        client = _client(region)
        for name, address in PAGES.items():
            first = _timed(lambda: _get(client, address))  # noqa: B023  # called at once
            spent = [_timed(lambda: _get(client, address)) for _ in range(times)]  # noqa: B023
            cuts = quantiles(spent, n=20)
            measured[f"{region} {name}"] = {"first": first, "p50": cuts[9], "p95": cuts[18]}
            print(f"{region:<5}{name:<28} first {first * 1000:7.0f} ms   p50 {cuts[9] * 1000:6.0f} ms   "
                  f"p95 {cuts[18] * 1000:6.0f} ms", flush=True)  # fmt: skip
        for name, chosen in (("csv", {}), ("xlsx", {"list": "to_verify"})):
            spent = [_timed(lambda: _export(client, name, chosen))]  # noqa: B023
            measured[f"{region} export {name}"] = {"first": spent[0]}
            print(f"{region:<5}export {name} {chosen or 'all'}: {spent[0]:.1f} s", flush=True)
    return measured


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _fill(people: int) -> None:
    from django.db import connections, transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('anling.scope', '44', true)")
        cursor.execute(_PEOPLE, [people])
        cursor.execute(_BENEFITS, [people])
        cursor.execute("ANALYZE roster_person, roster_benefit")
        for run in (1, 2):
            cursor.execute(
                "INSERT INTO comparison_run (region, as_of, state, reason, asked_by, asked_by_label, asked_at,"
                " cancel_asked, folder, feeds, snapshot_hash, policy_version, rules_version, content_hash, label, done, total,"  # noqa: E501
                " error) VALUES ('44', %s, 'running', '', 'officer:1', '', %s, false, 'bench', '', '', '', '', '', '', 0, 0, '')",  # noqa: E501
                [f"2026-0{run + 4}-28", timezone.now()],
            )
            cursor.execute("SELECT comparison_open_run(%s)", [run])
            cursor.execute(_DECISIONS, [run, run])
            cursor.execute(_COUNTS, [run])
            cursor.execute("SELECT comparison_close_run(%s)", [run])
            cursor.execute("UPDATE comparison_run SET state = 'done' WHERE id = %s", [run])
        cursor.execute("ANALYZE comparison_count")


def _client(region: str) -> Any:
    from datetime import date  # noqa: PLC0415

    from django.test import Client  # noqa: PLC0415

    from anling.access.models import Grant, Officer  # noqa: PLC0415

    made = Officer.objects.create_user(f"clerk{region}", None, name="clerk")
    Grant.objects.create(officer=made, role="clerk", region=region, valid_from=date(2020, 1, 1))
    client = Client(headers={"host": "localhost"})
    client.force_login(made, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _get(client: Any, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")


def _export(client: Any, file_format: str, chosen: dict[str, str]) -> None:
    response = client.post("/office/lists/export", {"run": 2, "format": file_format, **chosen})
    if response.status_code != 200:
        raise SystemExit(f"export {file_format}: {response.status_code}")
    for _ in response.streaming_content:
        pass


if __name__ == "__main__":
    main()
