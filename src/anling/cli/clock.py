"""`anling clock`: until when a benefit may pass, and how that comes about."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson, In, Language
from anling.cli.platform import site


def clock(
    benefit_no: Annotated[str, typer.Argument(metavar="BENEFIT_NO", help="Number of the benefit.")],
    officer: Annotated[str, typer.Option("--as", metavar="USERNAME", help="The officer who asks.")],
    language: In = Language.BOTH,
    as_json: AsJson = False,
) -> int:
    """Tell the clock of one benefit (认证时钟): every pass on record, which one counts, until when, what comes then."""
    told = site("clock").told(site("environment").read_environment(os.environ), benefit_no, username=officer)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return Status.DONE
    asked = ("zh", "en") if language is Language.BOTH else (str(language),)
    typer.echo("\n\n".join("\n".join(told[each]) for each in asked))
    return Status.DONE
