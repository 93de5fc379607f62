"""`anling import`: files into the database."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson, share
from anling.cli.platform import site

import_commands = typer.Typer(
    help="Files into the database (导入).", no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

By = Annotated[str, typer.Option("--as", metavar="USERNAME", help="The officer who does this.")]


@import_commands.callback()
def _group() -> None:
    """Files into the database (导入)."""


@import_commands.command("feed", short_help="Deliveries of other departments (数据源批次).")
def feed(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Data files, each beside its manifest .json.")],
    by: By,
    max_rejected: Annotated[
        float,
        typer.Option(
            "--max-rejected",
            parser=share,
            metavar="SHARE",
            help="Share of a file's rows in quarantine (0.05 or 5%) above which the exit status is 3.",
        ),
    ] = 0.05,
    as_json: AsJson = False,
) -> int:
    """Take deliveries in: manifest, hash and every row are checked, what breaks the contract goes to quarantine.

    The same file again changes nothing; another file under the name of an earlier batch replaces it.
    """
    site("migrating").prepare_current(site("environment").read_environment(os.environ))
    receive = import_module("anling.comparison.receiving_command").receive
    told = receive(files, username=by, max_rejected=max_rejected, as_json=as_json)
    typer.echo(told.text)
    return Status.REFUSED if told.refused else Status.DONE
