"""`anling score`: how good a run's decisions are against the known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anling.cli.options import AsJson, RunFolder

Truth = Annotated[Path, typer.Option("--truth", metavar="FILE", help="truth.parquet of a synthetic province.")]


def score(
    truth: Truth,
    run: RunFolder,
    as_json: AsJson = False,
) -> None:
    """Score a run against the known truth (评分): both kinds of error, by scheme and by trap, with the bars."""
    from anling.feeds.intake import InputError
    from anling.synthesis import score as scored

    try:
        result = scored(truth, run)
    except (ValueError, FileNotFoundError) as error:
        raise InputError(str(error)) from error
    typer.echo(result.as_json() if as_json else result.as_table())
