"""`anling import`: files into the database."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson, share
from anling.cli.platform import site

import_commands = typer.Typer(
    help="Files into the database (导入).", no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

By = Annotated[str, typer.Option("--as", metavar="USERNAME", help="The officer who does this, signed in here.")]


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
    doer = site("signing").officer(site("environment").read_environment(os.environ), by)
    receive = import_module("anling.feeds.receiving_command").receive
    told = receive(files, by=doer, max_rejected=max_rejected, as_json=as_json)
    typer.echo(told.text)
    return Status.REFUSED if told.refused else Status.DONE


MAX_REJECTED = 0.05


@import_commands.command("roster", short_help="A roster file: shown first, then applied (花名册导入).")
def roster(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV, XLSX or Parquet.")],
    officer: Annotated[str, typer.Option("--as", metavar="USERNAME", help="The officer who imports, signed in here.")],
    apply: Annotated[bool, typer.Option("--apply", help="Write the changes; without it they are only shown.")] = False,
    as_json: AsJson = False,
) -> int:
    """Check a roster file against the database (花名册导入) and, with --apply, write what it changes.

    Everything is applied, or nothing. The same file again changes nothing. Benefits that the file lacks are listed,
    never deleted.
    """
    environment = site("environment").read_environment(os.environ)
    done = site("roster_import").import_roster(environment, file, username=officer, apply=apply)
    typer.echo(json.dumps(asdict(done), ensure_ascii=False, default=str) if as_json else _told(done, file, officer))
    return Status.REFUSED if done.counts["rejected"] > MAX_REJECTED * done.counts["rows"] else Status.DONE


def _told(done: Any, file: Path, officer: str) -> str:
    counts = done.counts
    lines = [f"Import {done.key} {done.state}: {counts['rows']:,} rows of {file.name}"]
    lines += [
        f"  {name:<10}{counts[name]:>12,}" for name in ("added", "changed", "unchanged", "rejected", "gone", "differs")
    ]
    lines += [f"  changed {field}: {rows:,}" for field, rows in done.details["fields"].items()]
    lines += [f"  rejected for {reason}: {rows:,}" for reason, rows in done.details["reasons"].items()]
    if counts["rejected"]:
        lines.append(f"Rejected rows: {done.rejected_file}")
    if done.state == "checked":
        lines.append(f"Nothing is written yet: anling import roster {file} --as {officer} --apply writes it.")
    return "\n".join(lines)
