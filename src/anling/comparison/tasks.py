"""Jobs of the room; each carries ids alone, and ends the same way when it is taken up a second time."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from anling.comparison.operations import RUN_TASK
from anling.comparison.working import execute


@app.task(name=RUN_TASK, queue="comparison")
def run(*, run: int, region: str, by: str) -> None:
    """Bring a run to its end. by: the officer who asked, for whoever reads the queue."""
    del by
    execute(run=run, region=region, now=timezone.now)
