"""What pages, API and commands read of runs and lists; every question needs the scope of the transaction."""

from anling.comparison.queries.decisions import Decided, Earlier, decisions_of
from anling.comparison.queries.lists import MOST_PAGED, PAGE, SORTABLE, Listed, Tally, find, people, tally
from anling.comparison.queries.moves import Move, count_moves, moved, moves
from anling.comparison.queries.runs import covering_runs, done_before, finished_runs, latest_run, run_of, runs_seen
from anling.comparison.queries.trend import Point, trend
from anling.comparison.queries.wanted import Wanted

__all__ = [
    "MOST_PAGED",
    "PAGE",
    "SORTABLE",
    "Decided",
    "Earlier",
    "Listed",
    "Move",
    "Point",
    "Tally",
    "Wanted",
    "count_moves",
    "covering_runs",
    "decisions_of",
    "done_before",
    "find",
    "finished_runs",
    "latest_run",
    "moved",
    "moves",
    "people",
    "run_of",
    "runs_seen",
    "tally",
    "trend",
]
