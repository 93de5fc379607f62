"""How large the measured provinces are, and where their files lie: var/bench/<scale>/."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = 105
AS_OF = date(2026, 6, 30)
THREADS = 2


@dataclass(frozen=True, slots=True)
class Scale:
    """A size of province: recipients (feed rows are about ten times as many), and how often each thing is measured."""

    name: str
    people: int
    repeat: int
    with_csv: bool

    def __post_init__(self) -> None:
        if self.people < 1 or self.repeat < 1:
            raise ValueError("a scale has at least one person and is measured at least once")


SCALES = {
    scale.name: scale
    for scale in (
        Scale("XS", 150_000, 3, with_csv=True),
        Scale("S", 1_500_000, 3, with_csv=True),
        Scale("L", 15_000_000, 1, with_csv=False),
    )
}
"""XS to develop at, S to judge by, L for the memory limit and for growth. At L a copy as CSV would take 25 GB."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one scale: provinces by format, the ingested store, results of the measured things."""

    folder: Path

    @classmethod
    def of(cls, scale: Scale) -> Place:
        """Below var/ of the checkout, or below ANLING_HOME."""
        return cls(Path(os.environ.get("ANLING_HOME") or ROOT / "var") / "bench" / scale.name)

    @classmethod
    def at(cls, folder: str) -> Place:
        """As a measured process is told it."""
        return cls(Path(folder))

    def province(self, form: str) -> Path:
        """The synthetic province in one format: parquet, csv or gb18030."""
        return self.folder / form

    def roster(self, form: str) -> Path:
        """The raw roster in one format."""
        return self.province(form) / ("roster.parquet" if form == "parquet" else "roster.csv")

    def feeds(self, form: str) -> Path:
        """The folder of raw feeds in one format."""
        return self.province(form) / "feeds"

    def feed_files(self, form: str) -> list[Path]:
        """Every raw batch, in order of feed and batch."""
        ending = "parquet" if form == "parquet" else "csv"
        return sorted(self.feeds(form).glob(f"*/*.{ending}"))

    @property
    def store(self) -> Path:
        """The ingested store that decide and Polars read."""
        return self.folder / "store"

    @property
    def fresh_store(self) -> Path:
        """Where a measured ingest writes: empty before each."""
        return self.folder / "store.fresh"

    @property
    def question(self) -> Path:
        """What decide is asked, worked out beforehand (bench.question)."""
        return self.folder / "question.pickle"

    @property
    def results(self) -> Path:
        """Where the measured things write."""
        return self.folder / "results"
