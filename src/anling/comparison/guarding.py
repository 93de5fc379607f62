"""Cells that a spreadsheet would compute, kept as texts by an apostrophe, and the same cells without it again.

Rows in quarantine hold whatever a department sent. As CSV they are guarded; what comes back corrected loses the guard
before anything else looks at it, so that every value is the one that was sent.
"""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

_GUARD = "'"
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = ",;\t"


def guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula. One that begins with an apostrophe gets another: see `bare`."""
    return _GUARD + cell if cell.startswith((*_COMPUTED, _GUARD)) else cell


def bare(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith((*_COMPUTED, _GUARD)) else cell


def write_bare(source: Path, target: Path) -> None:
    """A copy of a CSV file whose cells have no guard, row by row; its encoding, delimiter and mark stay.

    Read byte for byte: in UTF-8 and in GB18030 no second byte of a character is a delimiter, a quote or a line end.
    """
    with source.open("rb") as file:
        mark = file.read(3)
        marked = mark == codecs.BOM_UTF8
        file.seek(3 if marked else 0)
        heading = file.readline().decode("latin-1")
    delimiter = max(_DELIMITERS, key=heading.count)
    with source.open(encoding="latin-1", newline="") as read, target.open("w", encoding="latin-1", newline="") as write:
        if marked:
            write.write(read.read(3))
        rows = csv.reader(read, delimiter=delimiter)
        csv.writer(write, delimiter=delimiter).writerows([bare(cell) for cell in row] for row in rows)
