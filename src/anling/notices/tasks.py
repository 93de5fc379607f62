"""Jobs of the room: warn, tell results, send, ask for receipts. Each ends the same when run twice."""

from __future__ import annotations

import time

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from anling.audit.scope import province
from anling.notices import receipts
from anling.notices.configured import gateways
from anling.notices.ports import UnavailableError
from anling.notices.results import tell_results
from anling.notices.sending import send_due
from anling.notices.warnings import reminder
from anling.notices.warnings import warn as warn_region

QUEUE = "notices"
_LONGEST = 50.0
"""Seconds after which a round of sending leaves the rest to the next one, a minute after it began."""
_AGAIN = RetryStrategy(max_attempts=4, exponential_wait=3, retry_exceptions=[UnavailableError])


@app.periodic(cron="10 1 * * *")
@app.task(name="notices.warn", queue=QUEUE, queueing_lock="notices.warn")
def warn(timestamp: int) -> None:
    """Queue the warnings of today; after days without a worker, those of the stage reached meanwhile."""
    del timestamp
    now = timezone.now()
    warn_region(region=province().prefix, today=timezone.localdate(now), by=reminder(), at=now)


@app.periodic(cron="5-59/10 * * * *")
@app.task(name="notices.results", queue=QUEUE, queueing_lock="notices.results")
def results(timestamp: int) -> None:
    """Queue the results of passes of which nobody was told."""
    del timestamp
    tell_results(region=province().prefix, by=reminder(), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.send", queue=QUEUE, queueing_lock="notices.send")
def send(timestamp: int) -> None:
    """Hand over what is due, batch by batch, until nothing is left or the gateway does not answer."""
    del timestamp
    until, channels = time.monotonic() + _LONGEST, gateways()
    while channels and time.monotonic() < until:
        done = send_due(at=timezone.now(), gateways=channels)
        if done.down or not (done.sent or done.undeliverable or done.waiting or done.overtaken):
            return


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.ask_receipts", queue=QUEUE, queueing_lock="notices.ask_receipts", retry=_AGAIN)
def ask_receipts(timestamp: int) -> None:
    """Ask the gateways what became of messages of which they have told nothing."""
    del timestamp
    receipts.ask(gateways=gateways(), at=timezone.now())
