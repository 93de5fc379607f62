"""`anling officers`, `anling places`: accounts, and the lists of units, agencies and outlets."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from anling.cli.platform import site

commands = typer.Typer(help="Officers and what they may do (账户).", no_args_is_help=True)
_AS = typer.Option("--as", metavar="USERNAME", help="The officer who does this, signed in here.")
As = Annotated[str, _AS]
Founder = Annotated[
    str | None,
    typer.Option("--as", metavar="USERNAME", help="The security administrator; nobody for the first officer of all."),
]


class PlaceKind(StrEnum):
    """What a list is of."""

    AGENCIES = "agencies"
    UNITS = "units"
    OUTLETS = "outlets"


@commands.command("add", short_help="A new officer (新增账户).")
def add(
    username: Annotated[str, typer.Argument(help="What they sign in with.")],
    name: Annotated[str, typer.Option(help="Their name.")],
    role: Annotated[str, typer.Option(help="clerk, reviewer, supervisor, system_administrator …")],
    region: Annotated[str, typer.Option(help="Code prefix such as 4401; none for the administrators.")] = "",
    generate: Annotated[bool, typer.Option("--generate", help="Make a password and print it, once.")] = False,
    by: Founder = None,
) -> None:
    """Add an officer with one role (新增账户); the first one of all is a security administrator.

    The first one types a password on a terminal. Everybody else gets one that is printed, and at the first sign-in
    chooses their own.
    """
    asked = sys.stdin.isatty() and not generate and by is None
    typed = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if asked else ""
    made = site("officers").add(
        _environment(), username=username, name=name, role=role, region=region, password=typed, doer=by
    )
    typer.echo(f"{username} added; password, shown only now: {made}" if made else f"{username} added.")


@commands.command("list", short_help="All officers (账户清单).")
def show(by: As) -> None:
    """List the officers with their roles of today (账户清单)."""
    for account in site("officers").listed(_environment(), doer=by):
        state = "" if account.active else "  (switched off)"
        typer.echo(f"{account.username:<24} {account.name}  {', '.join(account.grants) or '-'}{state}")


def places(
    kind: Annotated[PlaceKind, typer.Argument(help="What the list is of.")],
    file: Annotated[Path, typer.Argument(help="CSV or spreadsheet, one row each.", exists=True, dir_okay=False)],
    by: As,
) -> None:
    """Bring units, agencies or outlets to a list (单位、经办机构、网点): rows are added or changed, none is removed."""
    typer.echo(site("officers").load_places(_environment(), kind=kind.value, file=file, doer=by))


def _environment() -> object:
    return site("environment").read_environment(os.environ)
