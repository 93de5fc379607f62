"""The rounds of the measurement of bulk passes: taking a run over, and inserting what it wrote."""

import json
from datetime import date, datetime
from functools import partial

from django.db import connection, connections, transaction
from django.utils import timezone

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework.adopting import adopt
from anling.casework.models import Adoption
from anling.comparison.models import Run
from bench.clerk import PROVINCE, clerk
from bench.process import timed

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


def main(people: str) -> None:
    """Prints the seconds of `ours` and `bare` by round, and how many passes and cases a round made."""
    now = timezone.now()
    by = clerk(timezone.localdate())
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PEOPLE.format(people=int(people)))
    ours, bare = [], []
    for _ in range(ROUNDS):
        number = _run(now)
        took, adopted = timed(partial(_adopt, number, by, now))
        ours.append(took)
        _keep_aside()
        bare.append(timed(_insert)[0])
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    print(json.dumps({"ours": ours, "bare": bare, "passes": adopted.passes, "cases": adopted.opened}))


def _run(now: datetime) -> int:
    """A comparison that is done, with a decision for everybody."""
    with within(Scope(PROVINCE)), connection.cursor() as cursor:
        run = Run.objects.create(
            region=PROVINCE, as_of=date(2026, 6, 30), state="running", asked_by="b", asked_by_label="b", asked_at=now
        )
        cursor.execute("SELECT comparison_open_run(%s)", [run.pk])
        cursor.execute(_DECISIONS, {"run": run.pk})
        cursor.execute(_COUNTS, {"run": run.pk})
        cursor.execute("SELECT comparison_close_run(%s)", [run.pk])
        run.state = "done"
        run.save()
        return run.pk


def _adopt(run: int, by: Actor, now: datetime) -> Adoption:
    with within(Scope(PROVINCE)):
        return adopt(run=run, by=by, at=now)


def _keep_aside() -> None:
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS kept_{table}")
            cursor.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        cursor.execute(f"TRUNCATE casework_adoption, {', '.join(TABLES)} CASCADE")


def _insert() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
