"""Jobs about deliveries: reading the rows of one, and looking into the watched folder every minute."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_by_key
from anling.audit.scope import province, within
from anling.audit.values import Actor
from anling.audit.wording import in_both
from anling.feeds import inbox, queries
from anling.feeds.intake import InputError
from anling.feeds.models import Batch
from anling.feeds.operations import refuse_checked
from anling.feeds.receiving import Rooms, take_in
from anling.policy import load

QUEUE = "intake"
STALE = timedelta(minutes=15)
"""How long after its arrival an unsettled delivery is asked for again: its worker may have been killed."""


@app.task(
    name="feeds.take_in_batch", aliases=["comparison.take_in_batch"], queue=QUEUE
)  # jobs asked for before are found by it
def take_in_batch(*, batch_id: int, actor_key: str) -> None:
    """Read the rows of a received delivery, as the officer who brought it."""
    now = timezone.now()
    with within(province()):
        batch = queries.batch(batch_id)
    try:
        take_in(batch=batch, rooms=rooms(), by=_actor(actor_key), at=now)
    except (NotAllowedError, InputError) as error:  # asking again would not help: say so where the officer looks
        refuse_checked(batch=batch, sentence=in_both(error), by=inbox.receiver(), at=now)


@app.periodic(cron="* * * * *")
@app.task(name="feeds.look_into_inbox", queue=QUEUE, queueing_lock="feeds.look_into_inbox")
def look_into_inbox(timestamp: int) -> None:
    """Take in what lies in the watched folder, and ask again for deliveries that were left unsettled."""
    del timestamp  # the minute it was meant for; what lies there now counts
    now = timezone.now()
    inbox.look(rooms=rooms(), at=now)
    with within(province()):
        left = queries.unfinished(now - STALE)
    for batch in left:
        enqueue(batch)


def enqueue(batch: Batch) -> None:
    """Ask the worker, once, to read the rows of a delivery; in the running transaction, if there is one."""
    job = take_in_batch.configure(queueing_lock=f"feeds.take_in_batch:{batch.pk}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(batch_id=batch.pk, actor_key=batch.doer)


@cache
def rooms() -> Rooms:
    """Where this installation keeps its deliveries, under the policy as shipped, which a process reads once."""
    return Rooms(settings.HOME, load())


def _actor(key: str) -> Actor:
    return inbox.receiver() if key == inbox.KEY else actor_by_key(key, timezone.localdate())
