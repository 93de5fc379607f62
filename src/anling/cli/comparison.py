"""`anling comparison run`: the main job against the database."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson, day, moment
from anling.cli.platform import site
from anling.cli.progress import progress

commands = typer.Typer(help="Comparisons in the database (信息比对).", no_args_is_help=True, rich_markup_mode=None)


@commands.command(short_help="Compare the roster in the database (比对).")
def run(
    as_of: Annotated[date, typer.Option("--as-of", parser=day, metavar="DATE", help="Day of the comparison.")],
    officer: Annotated[str, typer.Option("--as", metavar="USERNAME", help="The officer who asks, signed in here.")],
    region: Annotated[
        str, typer.Option("--region", help="Region prefix of the benefits to compare; the province if left out.")
    ] = "",
    feeds: Annotated[
        Path | None,
        typer.Option("--feeds", metavar="DIR", help="Folder of deliveries; the installation's own if left out."),
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(
            "--known-at", parser=moment, metavar="MOMENT",
            help="As known then, a day (its end) or a day and time: before what was imported, corrected or merged"
            " since; what is known now if left out.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="What for, as the trail keeps it.")] = "",
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Freeze the roster, compare it with the deliveries of the day, store decisions and evidence (数据库比对).

    The officer has signed in with anling sign-in.
    """
    environment = site("environment").read_environment(os.environ)
    ran = site("comparing").run(
        environment, as_of=as_of, region=region or environment.province, officer=officer, reason=reason,
        feeds=str(feeds.resolve()) if feeds else "", known_at=known_at,
    )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(ran._asdict(), ensure_ascii=False, indent=2))
    elif ran.state == "done":
        listed = ", ".join(f"{name} {count:,}" for name, count in ran.lists.items())
        typer.echo(f"Run {ran.number} is done: {listed}. Content {ran.content_hash}.")
    else:
        typer.echo(f"Run {ran.number} {ran.state}. {ran.error}".strip(), err=True)
    return Status.DONE if ran.state == "done" else Status.WRONG


@commands.command(short_help="Eligible become passes, the others cases (结果承接).")
def adopt(
    number: Annotated[int, typer.Option("--run", metavar="N", help="Number of the finished run.")],
    officer: Annotated[str, typer.Option("--as", metavar="OFFICER", help="User name of the officer who does it.")],
    reason: Annotated[str, typer.Option("--reason", help="What for, as the trail keeps it.")],
    as_json: AsJson = False,
) -> int:
    """Take a finished run over: passes for the eligible, a case for everybody lost or to verify (比对结果承接).

    Once per run: called again it only tells what was done.
    """
    environment = site("environment").read_environment(os.environ)
    with progress(silent=as_json) as show:
        done = site("adopting").adopt(environment, run=number, officer=officer, reason=reason, progress=show)
    if as_json:
        typer.echo(json.dumps(done._asdict(), ensure_ascii=False, indent=2))
    else:
        typer.echo(
            f"Run {number} is taken over: {done.passes:,} passes; cases: {done.opened:,} opened,"
            f" {done.updated:,} updated,"
            f" {done.off_list:,} closed as no longer listed, {done.settled:,} settled before."
        )
    return Status.DONE
