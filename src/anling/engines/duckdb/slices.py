"""Cutting the people into ranges of numbers, so that each piece of work fits the memory limit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from anling.engines.duckdb.session import Session
from anling.engines.memory import in_bytes
from anling.engines.results.arrays import ints_of

# measured: what a slice keeps at its height, for a person of the roster and for a life sign of any age
BYTES_PER_ROW = 400
BYTES_PER_SIGN = 64
SHARE_OF_LIMIT = 0.375


@dataclass(frozen=True, slots=True)
class Slice:
    """Numbers from `first` up to but not including `end`; None is open. The last slice also has the untied rows."""

    first: int | None
    end: int | None

    @property
    def of_people(self) -> str:
        """The SQL condition on `key` for people and their records."""
        bounds = [f"key >= {self.first}"] * (self.first is not None) + [f"key < {self.end}"] * (self.end is not None)
        return " AND ".join(bounds) or "key IS NOT NULL"

    @property
    def of_roster(self) -> str:
        """The SQL condition for roster rows: those whose own number ties to nothing come with the last slice."""
        return self.of_people if self.end is not None else f"({self.of_people} OR key IS NULL)"


def cut(session: Session, people: int) -> tuple[Slice, ...]:
    """Slices of so many people each, at least one; people with one number stay together."""
    edges = [None, *_edges(session, people), None]
    return tuple(Slice(first, end) for first, end in pairwise(edges))


def fitting(session: Session, memory_limit: str) -> int:
    """How many people make slices of equal size that use about three eighths of the limit. At least one."""
    rows, people = session.row("SELECT count(*), count(*) FILTER (WHERE key IS NOT NULL AND first_row) FROM roster")
    signs = session.row("SELECT count(*) FROM life")[0]
    needed = int(rows) * BYTES_PER_ROW + int(signs) * BYTES_PER_SIGN
    pieces = ceil(needed / (SHARE_OF_LIMIT * in_bytes(memory_limit)))
    return max(1, ceil(int(people) / max(1, pieces)))


def _edges(session: Session, people: int) -> list[int]:
    """Every so many people, the number at which a new slice begins."""
    places = np.arange(people, session.row("SELECT count(*) FROM person")[0], people)
    if not len(places):
        return []
    keys = np.partition(ints_of(session.table("SELECT key FROM person")["key"]), places)
    edges: list[int] = np.unique(keys[places]).tolist()
    return edges
