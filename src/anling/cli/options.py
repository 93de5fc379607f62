"""What the options of several commands mean, and how their values are read."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer


class Language(StrEnum):
    """Language of the sentences."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*(?:B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


def day(text: str) -> date:
    """A day written 2026-06-30 or 20260630."""
    found = _DAY.fullmatch(text)
    if not found:
        _refuse(f"{text!r} is not a day; write it as 2026-06-30")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        _refuse(f"{text!r} is not a day of the calendar")


def moment(text: str) -> date | datetime:
    """A day, or a day and a time written 2026-06-30T18:00, as clocks show it here."""
    before, between, after = text.replace(" ", "T").partition("T")
    if not between:
        return day(text)
    try:
        clock = time.fromisoformat(after)
    except ValueError:
        clock = None
    if clock is None or clock.tzinfo:
        _refuse(f"{text!r} is not a moment; write it as 2026-06-30T18:00, in the time of this place")
    return datetime.combine(day(before), clock)


def memory(text: str) -> str:
    """A size such as 4GB."""
    found = _MEMORY.fullmatch(text.strip())
    if not found or not float(found[1]):
        _refuse(f"{text!r} is not a size; write a number and a unit, such as 4GB")
    return text.strip()


def share(text: str | float) -> float:
    """A share of rows: 0.05 or 5%."""
    found = _SHARE.fullmatch(str(text).strip())
    value = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= value <= 1:
        _refuse(f"{text!r} is not a share; write 0.05 or 5%")
    return value


def _refuse(message: str) -> NoReturn:
    raise typer.BadParameter(message)


PolicyFolder = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        metavar="DIR",
        help="The agency's own policy files; what is not there is taken from the shipped ones.",
    ),
]
RunFolder = Annotated[Path, typer.Option("--run", metavar="DIR", help="Result folder of anling compare.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and no progress.")]
In = Annotated[Language, typer.Option("--language", help="Language of the sentences.")]
