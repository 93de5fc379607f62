"""Jobs of the trail: sealing every few seconds, and verification when the audit administrator asks for it."""

from __future__ import annotations

import logging

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from anling.audit.errors import BrokenChainError
from anling.audit.models import Verification
from anling.audit.sealing import WINDOW, newest, seal
from anling.audit.verification import verify

_TIDY = """
    DELETE FROM procrastinate_jobs WHERE task_name = 'audit.seal' AND status = 'succeeded' AND id < (
        SELECT max(id) - 100 FROM procrastinate_jobs)
"""
"""Sealing leaves some seventeen thousand finished jobs a day, of which nobody wants to know."""


_EVERY, _TOLD_EVERY = 5, 600
"""Seconds between two rounds of sealing, and between two lines of the log about a broken chain."""
_log = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */5")
@app.task(name="audit.seal", queue="audit", queueing_lock="audit.seal")
def seal_new(timestamp: int) -> None:
    """Seal what was committed since the last time."""
    _seal(WINDOW, tell=timestamp % _TOLD_EVERY < _EVERY)


@app.periodic(cron="17 * * * *")
@app.task(name="audit.seal_all", queue="audit", queueing_lock="audit.seal_all")
def seal_late(timestamp: int) -> None:
    """Seal entries of very long transactions too, and remove the traces of finished sealing jobs."""
    del timestamp
    _seal(None, tell=True)
    with connection.cursor() as cursor:
        cursor.execute(_TIDY)


def _seal(window: int | None, *, tell: bool) -> None:
    """A broken chain is no failure of the job: pages and commands tell of it, and the log now and then."""
    try:
        seal(at=timezone.now(), window=window)
    except BrokenChainError as error:
        if tell:
            _log.error("The trail is not sealed any more; see anling check. %s", error)


@app.task(name="audit.verify", queue="audit")
def verify_trail(verification: int) -> None:
    """Read the chain for a verification that was asked for, telling meanwhile how far it is."""
    asked = Verification.objects.filter(pk=verification)
    asked.update(total=newest().number, done=0)

    def tell(done: int) -> None:
        asked.update(done=done)

    try:
        report = verify(progress=tell)
    except Exception:
        asked.update(finished_at=timezone.now(), failed=True)
        raise
    asked.update(
        finished_at=timezone.now(), done=report.sealed, unsealed=report.unsealed, findings=list(report.findings),
        more=report.more,
    )  # fmt: skip
