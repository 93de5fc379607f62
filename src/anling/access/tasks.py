"""What is forgotten by itself: counts of attempts whose time is over."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from anling.access import limits


@app.periodic(cron="27 * * * *")
@app.task(name="access.forget", queue="housekeeping", queueing_lock="access.forget")
def forget(timestamp: int) -> None:
    """Remove counts of attempts that limit nothing any more."""
    limits.forget(datetime.fromtimestamp(timestamp, UTC))
