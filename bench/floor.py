"""The floor: scan number and date of every raw record, join on the raw number, one newest date per person.

No normalisation, no name, no rule, nothing written: the least work that any answer needs. The plan is DuckDB's own.
"""

import sys

import duckdb

from bench.place import THREADS, Place
from bench.process import report
from bench.words import listed, quoted


def main() -> None:
    """Folder of the scale."""
    place = Place.at(sys.argv[1])
    newest = (
        "SELECT r.person_no, max(f.event_date) AS newest"
        f" FROM read_parquet({listed(place.feed_files('parquet'))}) AS f"
        f" JOIN read_parquet({quoted(place.roster('parquet'))}) AS r USING (id_number)"
        " GROUP BY r.person_no"
    )
    with duckdb.connect(config={"threads": THREADS}) as connection:
        row = connection.execute(f"SELECT count(*), max(newest) FROM ({newest})").fetchone()
    assert row is not None
    report(people_seen=row[0], newest=row[1].isoformat())


if __name__ == "__main__":
    main()
