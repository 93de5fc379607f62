"""`anling audit`: is the trail as it was written?"""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson
from anling.cli.platform import site

commands = typer.Typer(
    help="The trail of what was done (审计): verify it, seal on after a break, print its head.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Kept = Annotated[
    list[str] | None,
    typer.Option("--kept", metavar="HEAD", help="A head kept elsewhere, as anling audit head prints it."),
]


By = Annotated[str, typer.Option("--as", metavar="USERNAME", help="The audit administrator, signed in here.")]


@commands.command(short_help="Was anything altered, removed, reordered or put in (校验)?")
def verify(by: By, kept: Kept = None, as_json: AsJson = False) -> int:
    """Read the whole trail and hold every entry against its seal (校验审计链).

    Exit status 0: nothing found; 1: something was altered, removed, reordered or put in, one sentence per finding.
    """
    environment = site("environment").read_environment(os.environ)
    found = site("auditing").verify(environment, kept or [], doer=by)
    if as_json:
        told = {**found._asdict(), "last_sealed_at": found.last_sealed_at and found.last_sealed_at.isoformat()}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return Status.FAILED if found.findings else Status.DONE
    for sentence in found.findings:
        typer.echo(sentence)
    if found.more:
        typer.echo(f"{found.more:,} more findings are not told one by one.")
    last = f", the last one at {found.last_sealed_at.isoformat()}" if found.last_sealed_at else ""
    typer.echo(f"{found.sealed:,} seals read{last}; {'NOT as written' if found.findings else 'all as written'}.")
    if found.unsealed_ids:
        low, high = found.unsealed_ids
        typer.echo(f"{found.unsealed:,} entries are not sealed yet (ids {low} to {high}).")
    return Status.FAILED if found.findings else Status.DONE


@commands.command(short_help="Seal on after a break (恢复封存).")
def resume(by: By, reason: Annotated[str, typer.Option(help="Why the break is accepted; kept in the trail.")]) -> None:
    """Seal on behind a chain that does not end as its head file says (恢复封存); verification tells of it for ever.

    First keep what anling audit verify finds, and have the cause found: a restore of the database alone, or tampering.
    """
    found = site("auditing").resume(site("environment").read_environment(os.environ), reason=reason, doer=by)
    typer.echo(f"{found} The trail tells of it; new entries are sealed again.")


@commands.command(short_help="The newest seal, to be kept elsewhere (链头).")
def head() -> None:
    """Print the newest seal as one line (链头), to be kept where nobody who administers this machine can write."""
    typer.echo(site("auditing").head(site("environment").read_environment(os.environ)))
