"""The rounds of the measurement of pay runs: a bare UPDATE and a draft in turn, each rolled back."""

import json
import resource
from datetime import datetime
from functools import partial
from statistics import median
from zoneinfo import ZoneInfo

from django.db import connection, connections, transaction

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework.models import Adoption
from anling.comparison.models import Run
from anling.payment.runs.proposing import propose
from anling.rules.months import Month
from bench.clerk import PROVINCE, clerk
from bench.payrun_rows import BARE, STATEMENTS
from bench.process import timed

ROUNDS = 3
MONTH, AT = Month.of(2026, 8), datetime(2026, 8, 6, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
_KIB = 1024


def main(rows: str) -> None:
    """Prints the median seconds of `bare` and `draft`, peak client memory (GB), and what a draft counted."""
    with connections["owner"].cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, {"rows": int(rows)})
        cursor.execute("VACUUM ANALYZE")
    _take_a_comparison_over()
    by = clerk(AT.date())
    bare, draft = [], []
    for _ in range(ROUNDS):
        bare.append(timed(_update)[0])
        took, counts = timed(partial(_draft, by))
        draft.append(took)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB / 1e9
    print(json.dumps({"bare": median(bare), "draft": median(draft), "peak_gb": peak, "counts": counts}))


def _take_a_comparison_over() -> None:
    """Otherwise every stop is held: nobody stops while what was delivered is not compared."""
    day = datetime(2026, 8, 2, tzinfo=AT.tzinfo)
    said = {"region": PROVINCE, "as_of": day.date(), "state": "done"}
    with within(Scope(PROVINCE)):
        run = Run.objects.create(**said, asked_by="bench", asked_by_label="bench", asked_at=day, started_at=day)
        Adoption.objects.create(**said, run=run.pk, at=day, doer="bench", doer_label="bench")


def _update() -> None:
    with within(Scope(PROVINCE)):
        with connection.cursor() as cursor:
            cursor.execute(BARE)
        transaction.set_rollback(True)


def _draft(by: Actor) -> dict[str, object]:
    with transaction.atomic():
        counts: dict[str, object] = propose(region=PROVINCE, month=MONTH, by=by, at=AT).counts
        transaction.set_rollback(True)
    return counts
