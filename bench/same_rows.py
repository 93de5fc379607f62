"""The rows that Spark wrote held against those of DuckDB: outside what is measured, since DuckDB has nobody to ask."""

import sys
from pathlib import Path

import pyarrow.parquet as pq

from bench.place import Place
from bench.process import report

FILES = ("decisions.parquet", "evidence.parquet")


def main() -> None:
    """Folder of the scale, what was measured on Spark and on DuckDB. A sentence where rows, or their order, differ."""
    results, measured, peer = Place.at(sys.argv[1]).results, *sys.argv[2:4]
    equal = {name: _equal(results / measured / name, results / peer / name) for name in FILES}
    if False in equal.values():
        raise SystemExit(f"the rows are not those of DuckDB: {equal}")
    report(equal=equal)


def _equal(ours: Path, theirs: Path) -> bool | None:
    """Whether two files hold the same rows in the same order; None where DuckDB was not measured."""
    return pq.read_table(ours).equals(pq.read_table(theirs)) if theirs.exists() else None


if __name__ == "__main__":
    main()
