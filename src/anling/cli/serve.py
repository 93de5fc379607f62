"""`anling migrate`, `anling serve`, `anling worker`: the platform as processes."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from anling.cli.platform import site

Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all of this machine's.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the web pages.")]


def _environment() -> object:
    environment = site("environment")
    return environment.read_environment(os.environ)


def migrate() -> None:
    """Bring the database to what this program needs (数据库升级); run again it changes nothing."""
    site("migrating").migrate(_environment(), typer.echo)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    processes: Annotated[int, typer.Option(min=1, help="Server processes.")] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Run a worker beside the server.")] = False,
) -> None:
    """Serve the web pages and the API (网页服务) until Ctrl-C."""
    environment = _environment()
    site("serving").serve(environment, host=host, port=port, workers=processes, with_worker=worker)


def worker(
    jobs: Annotated[int, typer.Option(min=1, help="Jobs at once.")] = 2,
) -> None:
    """Do the background work (后台任务): imports, comparisons, sealing, until Ctrl-C."""
    site("serving").work(_environment(), jobs_at_once=jobs)
