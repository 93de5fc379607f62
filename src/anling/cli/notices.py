"""`anling notices warn` and `anling gateway`: people are told, and a gateway to try it with."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from anling.cli.edge import Status
from anling.cli.home import home
from anling.cli.options import AsJson, day
from anling.cli.platform import site
from anling.cli.progress import progress

commands = typer.Typer(help="Notices to people (通知).", no_args_is_help=True, rich_markup_mode=None)


@commands.callback()
def _group() -> None:
    """Without it Typer would take the only command for the group itself."""


@commands.command(short_help="Warn whoever runs out of time (到期提醒).")
def warn(
    officer: Annotated[str, typer.Option("--as", metavar="OFFICER", help="User name of the officer who asks.")],
    on: Annotated[
        date | None, typer.Option("--date", parser=day, metavar="DATE", help="Day of the warnings; today if left out.")
    ] = None,
    region: Annotated[
        str, typer.Option("--region", help="Region prefix of the benefits; the province if left out.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Queue the warnings that are due on a day (到期提醒). A worker does the same every morning by itself."""
    environment = site("environment").read_environment(os.environ)
    with progress(silent=as_json) as told:
        counts = site("notifying").warn(
            environment, on=on, region=region or environment.province, officer=officer, progress=told
        )
    if as_json:
        typer.echo(json.dumps(counts, indent=2))
    else:
        queued = ", ".join(f"{name} {count:,}" for name, count in counts["queued"].items())
        typer.echo(f"Warnings queued: {queued}. No longer due: {counts['overtaken']:,}.")
    return Status.DONE


def gateway(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on, at this machine alone.")] = 8077,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where messages are kept; gateway/ in the home if left out.")
    ] = None,
    delay: Annotated[float, typer.Option(min=0.0, help="Seconds until a message has a fate.")] = 2.0,
    callback: Annotated[str, typer.Option(help="Where receipts are called in: …/notices/receipts.")] = "",
    answer: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER=FATE", help="wrong_number, unreachable, refuse, down, silent.")
    ] = None,
) -> None:
    """A gateway that sends nothing (演示网关): keeps messages in a folder and says that they arrived, until Ctrl-C.

    Its token is ANLING_SMS_TOKEN, its receipts are signed with ANLING_RECEIPT_SECRET.
    """
    from anling.notices.reference_gateway import NUMBERS, Behaviour, ReferenceGateway

    token, secret = os.environ.get("ANLING_SMS_TOKEN", ""), os.environ.get("ANLING_RECEIPT_SECRET", "")
    if not token:
        raise typer.BadParameter("ANLING_SMS_TOKEN is not set; give the token by which the platform is known.")
    if callback and not secret:
        raise typer.BadParameter("--callback needs ANLING_RECEIPT_SECRET to sign receipts with.")
    place = (folder or home() / "gateway").absolute()
    place.mkdir(parents=True, exist_ok=True)
    if answer:
        fates = dict(each.partition("=")[::2] for each in answer)
        (place / NUMBERS).write_text(json.dumps(fates), encoding="utf-8")
    with ReferenceGateway(port, Behaviour(place, token, delay, callback, secret)) as server:
        typer.echo(f"Gateway on http://127.0.0.1:{server.server_address[1]}, messages in {place}")
        server.serve_forever()
