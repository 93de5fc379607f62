"""`anling policy check`: are an agency's own policy files right?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from anling.cli.options import AsJson

commands = typer.Typer(
    help="The dated numbers of the regulations (政策参数).", no_args_is_help=False, rich_markup_mode=None
)
Directory = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="The agency's folder; left out: the shipped files.")
]


@commands.command("check", short_help="Are the policy files right?")
def check(directory: Directory = None, as_json: AsJson = False) -> None:
    """Read the policy files and say what they come to, or name file and line of what is wrong in them."""
    from anling.policy import load

    policy = load(directory)
    days = sorted({str(day) for day in policy.clocks.parameters.days()})
    if as_json:
        typer.echo(json.dumps({"version": policy.version, "clock_changes": days, "cities": len(policy.cities)}))
        return
    typer.echo(f"The policy is right. Version {policy.version}; the clock changes on {', '.join(days)}.")


@commands.callback()
def _group() -> None:
    """Keeps `check` a word of its own."""
