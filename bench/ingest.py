"""Our intake of a roster and its feeds into an empty store: read, checked, quarantined, normalised, written."""

import sys
from pathlib import Path

from anling.feeds.intake import Intake
from anling.policy import load
from bench.place import THREADS, Place
from bench.process import report


def main() -> None:
    """Folder of the scale, format, empty folder for the store."""
    place, form = Place.at(sys.argv[1]), sys.argv[2]
    intake = Intake(Path(sys.argv[3]), load(), threads=THREADS)
    roster = intake.roster(place.roster(form))
    feeds = intake.feeds(place.feeds(form))
    if feeds.refused or roster.reused or any(batch.reused for batch in feeds.batches):
        raise SystemExit(f"the store was not empty, or a batch was refused: {feeds.refused[:1]}")
    report(
        roster_rows=roster.rows,
        feed_rows=sum(batch.rows for batch in feeds.batches),
        quarantined=roster.rejected + sum(batch.rejected for batch in feeds.batches),
    )


if __name__ == "__main__":
    main()
