"""How evenly a store's life signs fall on many tasks, whatever the machine: Spark deals them out by their number."""

import sys

import duckdb

from bench.place import Place
from bench.process import report
from bench.words import quoted

TASKS = 800
"""As many pieces as a nation's store has (docs/operations/spark.md)."""


def main() -> None:
    """Folder of the scale."""
    files = quoted(Place.at(sys.argv[1]).store / "feeds" / "*" / "*" / "life.parquet")
    signs = f"(SELECT key, count(*) AS signs FROM read_parquet({files}) GROUP BY key)"
    connection = duckdb.connect()
    (most,) = connection.sql(f"SELECT max(signs) FROM {signs}").fetchall()[0]
    dealt = f"SELECT hash(key) % {TASKS} AS task, sum(signs) AS signs FROM {signs} GROUP BY task"
    largest, median = connection.sql(f"SELECT max(signs), median(signs) FROM ({dealt})").fetchall()[0]
    report(most=int(most), tasks=TASKS, over_median=round(float(largest) / float(median), 3))


if __name__ == "__main__":
    main()
