"""`anling sign-in`, `anling sign-out`: an officer at the command line."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from anling.cli.platform import site

Username = Annotated[str, typer.Argument(help="The officer's account name.")]


def sign_in(username: Username) -> None:
    """Sign an officer in at this command line (登录), for the commands that take --as.

    Asks for the password, and for a code where the officer has a second factor; without a terminal both are read from
    standard input, a line each. It ends by itself after eight hours.
    """
    typer.echo(site("signing").sign_in(_environment(), username=username, ask=_ask))


def sign_out(username: Username) -> None:
    """End what sign-in began (退出)."""
    typer.echo(site("signing").sign_out(_environment(), username=username))


def _ask(question: str) -> str:
    if sys.stdin.isatty():
        answer: str = typer.prompt(question, hide_input=question == "Password", err=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")


def _environment() -> object:
    return site("environment").read_environment(os.environ)
