"""DuckDB's bare reading of the CSV copies: every field of every line as text, counted and forgotten.

given: separator, quotes and columns are told. found: DuckDB finds them out itself, file by file.
"""

import sys
from itertools import groupby
from pathlib import Path

import duckdb

from bench.place import THREADS, Place
from bench.process import report
from bench.words import listed


def main() -> None:
    """Folder of the scale; given or found."""
    place, told = Place.at(sys.argv[1]), sys.argv[2] == "given"
    groups = [list(files) for _, files in groupby(place.feed_files("csv"), key=lambda path: path.parent)]
    rows = 0
    with duckdb.connect(config={"threads": THREADS}) as connection:
        for files in ([place.roster("csv")], *groups):
            dialect = _dialect(files[0]) if told else "all_varchar = true"
            # counting every column keeps the reader from skipping what nobody asks for
            counted = f"SELECT count(*), count(COLUMNS(*)) FROM read_csv({listed(files)}, {dialect})"
            found = connection.execute(counted).fetchone()
            assert found is not None
            rows += found[0]
    report(rows=rows)


def _dialect(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in lines.readline().strip().split(","))
    return f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}}"


if __name__ == "__main__":
    main()
