"""Files whose cells lose their guard again (engines.cells).

Rows in quarantine hold whatever a department sent. As CSV they are guarded; what comes back corrected loses the guard
before anything else looks at it, so that every value is the one that was sent.
"""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from anling.engines.cells import bare

_DELIMITERS = ",;\t"


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
