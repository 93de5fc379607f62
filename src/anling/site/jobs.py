"""The worker: jobs of all rooms, from PostgreSQL, one process (Procrastinate)."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

HEARTBEAT = 5.0
GIVEN_UP = 20.0
"""Seconds: how often a worker says that it lives; how long one may be silent before its jobs are taken again."""
_KEPT_HOURS = 24 * 90


@app.periodic(cron="* * * * *")
@app.task(name="site.take_again", queueing_lock="site.take_again", pass_context=False)
async def take_again(timestamp: int) -> None:
    """Queue the jobs of workers that were killed once more; every job may be run twice and ends the same."""
    del timestamp
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GIVEN_UP):
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))


@app.periodic(cron="17 3 * * *")
@app.task(name="site.clear_old", queueing_lock="site.clear_old", pass_context=False)
async def clear_old(timestamp: int) -> None:
    """Forget jobs that ended well three months ago; what they did stands in the rooms and in the trail."""
    del timestamp
    await app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS)


def run_worker(jobs_at_once: int) -> None:
    """Take jobs until SIGINT or SIGTERM."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        worker_app.run_worker(
            concurrency=jobs_at_once, install_signal_handlers=True, update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=GIVEN_UP, shutdown_graceful_timeout=10.0,
        )  # fmt: skip
