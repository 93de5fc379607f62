"""The worker: jobs of all rooms, from PostgreSQL, one process (Procrastinate)."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from anling.comparison.engine import end_standing

HEARTBEAT = 5.0
GIVEN_UP = 20.0
"""Seconds: how often a worker says that it lives; how long one may be silent before its jobs are taken again."""
_KEPT_HOURS = 24 * 90
DATABASE_GONE = (
    ConnectorException, OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError,
)  # fmt: skip
"""What the queue, Django and a stream of COPY raise then."""
_PAUSE = 2
_TRIES = 10
"""Seconds between two looks for the database, longer before each further try of a job; tries of a job in all."""
_log = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="site.clear_old", queueing_lock="site.clear_old", pass_context=False)
async def clear_old(timestamp: int) -> None:
    """Forget jobs that ended well three months ago; what they did stands in the rooms and in the trail."""
    del timestamp
    await app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS)


def run_worker(jobs_at_once: int) -> None:
    """Take jobs until SIGINT or SIGTERM; where the database goes away, wait for it and go on."""
    # or the jobs outside the rooms' modules of tasks would be known only later
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    for task in app.tasks.values():
        task.retry_strategy = Again(task.retry_strategy)
    try:
        asyncio.run(_until_told(jobs_at_once))
    finally:
        end_standing()


class Again(BaseRetryStrategy):
    """Tries a job again whose database went away; other failures are left to what the task itself says of them."""

    def __init__(self, otherwise: BaseRetryStrategy | None) -> None:
        self._otherwise = otherwise

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Soon, and later each time; None to give up."""
        if isinstance(exception, DATABASE_GONE):
            return RetryDecision(retry_in={"seconds": _PAUSE * (job.attempts + 1)}) if job.attempts < _TRIES else None
        return self._otherwise.get_retry_decision(exception=exception, job=job) if self._otherwise else None


async def _until_told(jobs_at_once: int) -> None:
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    while not told.is_set():
        worker = asyncio.create_task(_work(jobs_at_once))
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait({worker, waiting}, return_when=asyncio.FIRST_COMPLETED)
        (waiting if worker.done() else worker).cancel()
        try:
            await worker
        except asyncio.CancelledError:
            return
        except DATABASE_GONE as error:
            _log.warning("The database is gone (%s); the worker waits for it.", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _PAUSE)


async def _work(jobs_at_once: int) -> None:
    """One life of a worker: until it is cancelled, or the database has gone from under it."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        async with worker_app.open_async():
            taking = asyncio.create_task(_take_again())
            try:
                await worker_app.run_worker_async(
                    concurrency=jobs_at_once, install_signal_handlers=False, update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=GIVEN_UP, shutdown_graceful_timeout=10.0, task_middleware=[_own_connection],
                )  # fmt: skip
            finally:
                taking.cancel()


async def _take_again() -> None:
    """Queue the jobs of workers that were killed once more; every job may be run twice and ends the same.

    Looked for here and not by a job: the queue's own table would keep a row of every look.
    """
    while True:
        with suppress(*DATABASE_GONE):  # the worker beside it notices, too
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GIVEN_UP):
                await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        await asyncio.sleep(HEARTBEAT)


def _own_connection(call: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """A job begins with a connection that works and leaves none open: threads outlive what they were connected to."""
    del context, worker
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()
