"""`anling serve` and `anling worker`: the two processes of an installation."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from anling.site.environment import Environment
from anling.site.logs import WithoutText
from anling.site.migrating import prepare_current
from anling.site.orphans import be_parent, end_with_parent

THREADS = 8
"""Requests that one process answers at a time; more would wait for the database anyway."""
_LOOK_EVERY, _PAUSE = 0.5, 2.0
"""Seconds between two looks after the worker, and before another one follows it."""


def serve(environment: Environment, *, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Answer requests until SIGINT or SIGTERM.

    Raises SiteError where the database lacks a migration, or binds the role that serves by no row security.
    """
    from granian import Granian  # noqa: PLC0415  # only the server needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    prepare_current(environment)
    be_parent()
    # A forked server process would keep the worker's starter waiting: it inherits the pipe that tells of the start.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "anling.site.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=THREADS, websockets=False, log_access=False,
        log_dictconfig={"formatters": {name: {"()": WithoutText} for name in ("generic", "access")}},
    )  # fmt: skip
    with _beside() if with_worker else _alone():
        server.serve()


def work(environment: Environment, *, jobs_at_once: int) -> None:
    """Do jobs until SIGINT or SIGTERM; a job in work is given up and taken again by the next worker."""
    prepare_current(environment)
    end_with_parent()
    from anling.site.jobs import run_worker  # noqa: PLC0415  # needs the apps

    run_worker(jobs_at_once)


@contextmanager
def _alone() -> Iterator[None]:
    yield


@contextmanager
def _beside() -> Iterator[None]:
    """A worker process for as long as the server runs; one that was killed is followed by another."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(over,), name="worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep_worker(over: threading.Event) -> None:
    while not over.is_set():
        worker = subprocess.Popen([sys.executable, "-m", "anling", "worker"], env=os.environ.copy())
        while worker.poll() is None and not over.wait(_LOOK_EVERY):
            pass
        if worker.poll() is None:
            _end(worker)
        over.wait(_PAUSE)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(timeout=20)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
