"""`anling backup`, `anling restore`: the whole state of an installation in one file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from anling.cli.platform import site


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write; it must not exist yet.")],
) -> None:
    """Write database, keys and files into one file (备份); everything may go on running meanwhile."""
    environment = site("environment").read_environment(os.environ)
    typer.echo(site("backup").back_up(environment, file))


def restore(
    file: Annotated[Path, typer.Argument(help="An archive of anling backup.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Give up what the database holds now.")] = False,
) -> None:
    """Bring an installation to the state of a backup (恢复), as a whole or not at all. Stop serve and worker before."""
    environment = site("environment").read_environment(os.environ)
    typer.echo(site("restoring").restore(environment, file, replace=replace))
