"""Jobs of the room; each carries ids alone, and ends the same way when it is taken up a second time."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from anling.audit.scope import province, within
from anling.audit.values import Scope
from anling.comparison.operations import MOVES_TASK, RUN_TASK
from anling.comparison.queries import count_moves, run_of
from anling.comparison.what_if.answering import answer
from anling.comparison.what_if.asking import WHAT_IF_TASK
from anling.comparison.what_if.removing import clear_what_ifs
from anling.comparison.working import execute

_AGAIN = 20


class HeldElsewhereError(Exception):
    """Another process has the run: the command line, or what PostgreSQL still does for a worker that was killed."""


@app.task(
    name=RUN_TASK,
    queue="comparison",
    retry=RetryStrategy(wait=_AGAIN, retry_exceptions=[HeldElsewhereError]),
)
def run(*, run: int, region: str, by: str) -> None:
    """Bring a run to its end. by: the officer who asked, for whoever reads the queue."""
    del by
    if not execute(run=run, region=region, now=timezone.now):
        raise HeldElsewhereError  # or the job would end well and the run, should the other one die, never


@app.task(
    name=WHAT_IF_TASK,
    queue="comparison",
    retry=RetryStrategy(wait=_AGAIN, retry_exceptions=[HeldElsewhereError]),
)
def what_if(*, what_if: int, region: str, by: str) -> None:
    """Answer a what-if. by: the officer who asked, for whoever reads the queue."""
    del by
    if not answer(what_if=what_if, region=region, now=timezone.now):
        raise HeldElsewhereError


@app.periodic(cron="30 19 * * *")
@app.task(name="comparison.clear_what_ifs", queue="comparison", queueing_lock="comparison.clear_what_ifs")
def clear(timestamp: int) -> None:
    """What-ifs that are older than the installation keeps them go."""
    del timestamp
    clear_what_ifs(region=province().prefix, days=settings.WHAT_IF_DAYS, at=timezone.now())


@app.task(name=MOVES_TASK, queue="comparison")
def moves(*, first: int, second: int, region: str) -> None:
    """Lay two finished runs beside each other for those who see a region, and keep the counts."""
    with within(Scope(region)):
        pair = run_of(first), run_of(second)
        if pair[0] and pair[1]:
            count_moves(pair[0], pair[1])
