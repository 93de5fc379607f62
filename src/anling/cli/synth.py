"""`anling synth`: a synthetic province with known truth."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anling.cli.options import AsJson, day
from anling.cli.progress import progress

if TYPE_CHECKING:
    from anling.synthesis import Summary


class Format(StrEnum):
    """File format of roster and feeds."""

    PARQUET = "parquet"
    CSV = "csv"


class Encoding(StrEnum):
    """Character encoding of CSV files."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"


Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to make; an earlier province is replaced.")]
People = Annotated[int, typer.Option("--people", min=1, help="Number of recipients.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same province.")]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=day, metavar="DATE", help="Last day of the province; 2026-06-30 if left out."),
]
FileFormat = Annotated[Format, typer.Option("--format", help="Format of roster and feeds.")]
FileEncoding = Annotated[Encoding, typer.Option("--encoding", help="Encoding of CSV files.")]


def synth(
    out: Out,
    people: People = 200_000,
    seed: Seed = 1,
    as_of: AsOf = None,
    file_format: FileFormat = Format.PARQUET,
    encoding: FileEncoding = Encoding.UTF_8,
    as_json: AsJson = False,
) -> None:
    """Make a synthetic province with known truth (合成省份): roster, feeds, truth.parquet, synth.json.

    Nobody in it exists. The truth says who lives and who died, and which trap was planted on whom.
    """
    from anling.feeds.intake import InputError
    from anling.synthesis import DEFAULT_AS_OF, generate

    day_of_province = as_of or DEFAULT_AS_OF
    with progress(silent=as_json) as listener:
        try:
            made = generate(
                people, seed, out, as_of=day_of_province, format=file_format, encoding=encoding, progress=listener
            )
        except ValueError as error:
            raise InputError(str(error)) from error
    typer.echo(_as_json(made) if as_json else _told(made))


def _as_json(made: Summary) -> str:
    return json.dumps(asdict(made) | {"out": str(made.out)}, indent=2)


def _told(made: Summary) -> str:
    return (
        f"{made.people:,} people, {made.benefits:,} benefits, {sum(made.feed_rows.values()):,} feed rows,"
        f" {made.deaths:,} deaths, {sum(made.traps.values()):,} traps: {made.out}"
    )
