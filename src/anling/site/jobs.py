"""The worker: jobs of all rooms, from PostgreSQL, one process (Procrastinate)."""

from __future__ import annotations

from procrastinate.contrib.django import app


def run_worker(jobs_at_once: int) -> None:
    """Take jobs until a signal says stop. Jobs whose worker was killed are taken up again first."""
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with worker_app.open():
        worker_app.run_worker(concurrency=jobs_at_once, install_signal_handlers=True, delete_jobs="never")
