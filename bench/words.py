"""File names as SQL literals, for the engines that are measured bare."""

from collections.abc import Iterable
from pathlib import Path


def quoted(path: Path) -> str:
    """One file name as a SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


def listed(paths: Iterable[Path]) -> str:
    """A SQL list of file names."""
    return "[" + ", ".join(map(quoted, paths)) + "]"
