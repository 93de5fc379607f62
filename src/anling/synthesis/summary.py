"""What generating a province tells its caller."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Summary:
    """What was made: people, roster rows, feed rows by feed, deaths, people by trap, and where it lies."""

    out: Path
    people: int
    benefits: int
    deaths: int
    feed_rows: dict[str, int]
    traps: dict[str, int]
