"""The floor: scan the columns that any answer needs, join on the raw number, one newest date per person.

Needed are number, name, date and code: no answer can do without whose record it is and what it says. No normalisation,
no rule, nothing written. Of the plans tried, this outer join costs DuckDB least. `bare` leaves name and code out, for
whoever wants the floor lower still.
"""

import sys

import duckdb

from bench.place import THREADS, Place
from bench.process import report
from bench.words import listed, quoted

_NEEDED = "max(CASE WHEN f.name = r.name AND f.code NOT IN ('death', 'cremated', 'certificate') THEN f.event_date END)"
_BARE = "max(f.event_date)"


def main() -> None:
    """Folder of the scale, and `bare` for number and date alone."""
    place = Place.at(sys.argv[1])
    newest = _BARE if sys.argv[2:] == ["bare"] else _NEEDED
    people = (
        f"SELECT r.person_no, {newest} AS newest"
        f" FROM read_parquet({quoted(place.roster('parquet'))}) AS r"
        f" LEFT JOIN read_parquet({listed(place.feed_files('parquet'))}) AS f ON f.id_number = r.id_number"
        " GROUP BY r.person_no"
    )
    with duckdb.connect(config={"threads": THREADS}) as connection:
        row = connection.execute(f"SELECT count(*), max(newest) FROM ({people})").fetchone()
    assert row is not None
    report(people_seen=row[0], newest=row[1].isoformat())


if __name__ == "__main__":
    main()
