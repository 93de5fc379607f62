"""`anling payrun`: the clock's proposals for a pay month."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson
from anling.cli.platform import site
from anling.cli.progress import progress

commands = typer.Typer(help="Pay runs (发放控制).", no_args_is_help=True, rich_markup_mode=None)


@commands.callback()
def _group() -> None:
    """Without it Typer would take the only command for the group itself."""


@commands.command(short_help="Draft the run of a month (拟定).")
def propose(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The pay month.")],
    officer: Annotated[str, typer.Option("--as", metavar="USERNAME", help="The officer who asks.")],
    region: Annotated[
        str, typer.Option("--region", help="Region prefix of the benefits; the province if left out.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Draft who would stop in a month, who is held and why, who resumes (发放控制拟定). Nothing takes effect.

    Officers sign, approve and hand the draft over on its page.
    """
    environment = site("environment").read_environment(os.environ)
    with progress(silent=as_json) as show:
        made = site("payruns").propose(
            environment, month=month, region=region or environment.province, username=officer, progress=show
        )
    if as_json:
        typer.echo(json.dumps(made._asdict(), ensure_ascii=False, indent=2))
        return Status.DONE
    typer.echo(f"Draft {made.number} for {made.month} in {made.region}, content {made.content_hash[:12]}:")
    for row in made.counts["lines"]:
        why = f"  {row['holds']}" if row["holds"] else ""
        typer.echo(f"  {row['action']:<8} {row['state']:<9} {row['lines']:>12,}{why}")
    typer.echo(f"  {'not due':<18} {made.counts['not_due']:>12,}")
    return Status.DONE
