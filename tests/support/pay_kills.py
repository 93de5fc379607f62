"""Two pay months of a small office, each act of the machine in a process of its own that may be killed on the way.

In the first month pay stops; some pass afterwards, and the second month resumes them and pays what they are owed while
others stop; each of them is told once. What people do in between, signing and approving, is done here.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from django.db import connections

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.audit.scope import within
from anling.audit.sealing import seal
from anling.audit.values import Actor
from anling.audit.verification import verify
from anling.payment.models import LineState, Mismatch, PayRun, RunState
from anling.payment.runs.acknowledging import acknowledge, close, settle
from anling.payment.runs.exporting import COLUMNS, control_file, export
from anling.payment.runs.proposing import ask, draft_asked
from anling.payment.runs.running import approve, sign
from anling.rules.months import Month
from tests.support.content import content
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import empty, environment
from tests.support.told import untold

ACTS = ("draft", "export", "acknowledge")
ACTOR = """
import sys
import django
django.setup()
from tests.support.pay_kills import act
print("ready", flush=True)
act(sys.argv[1], int(sys.argv[2]))
"""
_TWICE = """
SELECT b.benefit_no, f.what, f.month, count(*) FROM payment_payfact f JOIN roster_benefit b ON b.id = f.benefit_id
GROUP BY 1, 2, 3, f.day, f.reason HAVING count(*) > 1
"""
_KILLABLE = Callable[[str], list[float]]


def act(name: str, number: int) -> None:
    """One act on a run as the machine or the clerk does it; one that is done already is left."""
    by = _clerk()
    with within(HERE):
        run = PayRun.objects.get(pk=number)
        at = _sixth(run)
        if name == "draft":
            draft_asked(run=number, region=REGION, month=Month.of_date(run.month), by=by, at=at)
        elif name == "export" and run.state == RunState.APPROVED:
            export(run=number, version=run.version, by=by, at=at)
        elif name == "acknowledge" and run.state == RunState.EXPORTED:
            acknowledge(run=number, version=run.version, file_name="answer.csv", file=answer(run), by=by, at=at)


def answer(run: PayRun) -> BytesIO:
    """The pay system refuses every tenth line and does the others."""
    with control_file(run).file as file:
        sent = file.read().decode("utf-8-sig").splitlines()[1:]
    places = (COLUMNS.index("benefit_no"), COLUMNS.index("action"))
    said = ["benefit_no,action,result,code"]
    for place, line in enumerate(sent):
        cells = line.split(",")
        said.append(f"{cells[places[0]]},{cells[places[1]]},{'refused,X1' if place % 10 == 9 else 'done,'}")
    return BytesIO("\n".join(said).encode())


def in_process(name: str, run: int, seconds: float | None = None) -> float | None:
    """An act in a process of its own, killed so many seconds after it began; how long it took, None if killed."""
    command = [sys.executable, "-c", ACTOR, name, str(run)]
    variables = {**environment(), "DJANGO_SETTINGS_MODULE": "anling.site.settings"}
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        begun = time.monotonic()
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    assert status == 0, f"{name} ended with {status}"
    return time.monotonic() - begun


def two_months(people: int, kills: _KILLABLE) -> Iterator[tuple[str, float]]:
    """The whole course on an empty platform: acts and kills, with their seconds.

    kills: by the name of an act, seconds after its begin at which it is killed, once for each.
    """
    empty()
    office = PayOffice()
    first = [office.benefit(amount=f"{200 + place}.50") for place in range(people)]
    for place, benefit in enumerate(first):
        office.warned(benefit, "delivered" if place % 5 else "undeliverable")
    second = [office.benefit(base=STOP - 12) for _ in range(people // 3)]
    for benefit in second:
        office.warned(benefit, stop=STOP + 1)
    yield from _month(office, STOP, kills)
    for benefit in first[::3]:
        office.passed(benefit, STOP, on(20))
    yield from _month(office, STOP + 1, kills)


def ended() -> tuple[dict[str, str], list[str]]:
    """What the tables hold, and what is wrong whatever they hold."""
    seal(at=on(30, 9), window=None)
    report = verify()
    with connections["owner"].cursor() as cursor:
        cursor.execute(_TWICE)
        twice = [f"twice: {row}" for row in cursor.fetchall()]
    return content(), [*report.findings, *twice, *untold()]


def _month(office: PayOffice, month: Month, kills: _KILLABLE) -> Iterator[tuple[str, float]]:
    at = on(6, month.month, month.year)
    number = ask(region=REGION, month=month, by=office.clerk, at=at).pk
    for name in ACTS:
        for seconds in kills(name):
            if in_process(name, number, seconds) is None:
                yield f"kill in {name}", seconds
        took = in_process(name, number)
        yield name, took or 0.0
        if name == "draft":
            with within(HERE):
                run = PayRun.objects.get(pk=number)
                run = sign(run=number, version=run.version, by=office.clerk, at=at)
                approve(run=number, version=run.version, by=office.reviewer, at=at)
    _close(office, number, at)


def _close(office: PayOffice, number: int, at: datetime) -> None:
    with within(HERE):
        run = PayRun.objects.get(pk=number)
        assert run.lines.filter(state=LineState.DONE).exists()
        for key in Mismatch.objects.filter(run=number, settled_at=None).values_list("pk", flat=True):
            settle(mismatch=key, note="asked", by=office.clerk, at=at)
        close(run=number, version=run.version, by=office.clerk, at=at)


def _clerk() -> Actor:
    return actor_of(Officer.objects.get(username="pay-clerk"), date(2026, 7, 1))


def _sixth(run: PayRun) -> datetime:
    return on(6, run.month.month, run.month.year)
