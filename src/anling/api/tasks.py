"""What is forgotten by itself: old answers, old counts, expired tokens."""

from __future__ import annotations

from datetime import UTC, datetime

from oauth2_provider.models import clear_expired
from procrastinate.contrib.django import app

from anling.api import repeats, usage
from anling.audit.scope import province, within


@app.periodic(cron="17 * * * *")
@app.task(name="api.forget", queue="housekeeping", queueing_lock="api.forget")
def forget(timestamp: int) -> None:
    """Remove answers older than 48 hours, counts older than an hour, and tokens that have expired."""
    now = datetime.fromtimestamp(timestamp, UTC)
    with within(province()):
        repeats.forget(now - repeats.KEPT)
    usage.forget(now)
    clear_expired()  # type: ignore[no-untyped-call]
