"""What a run is fed with, whatever the engine: ingested batches, the roster, and the policy's small tables."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """One ingested batch of one feed: `folder` of the store holds its life, loss and other signs."""

    feed: str
    batch: str
    department: str
    folder: Path

    def file(self, name: str) -> Path | None:
        """One of the folder's files; None where the batch has no such signs, which it says by being there without it.

        life.parquet is always there. Of a batch that is gone every file is named, so that reading it fails.
        """
        path = self.folder / name
        there = path.exists() or name == "life.parquet" or not (self.folder / "batch.json").exists()
        return path if there else None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the steps read. The number of a batch is its place in `batches`, which are sorted by feed and batch.

    `clock_rules`: scheme, region prefix, first base. `weak_kinds`: numbers of the kinds of P3. `no_raise_codes`: feed
    and code. Raises ValueError where batches are out of order or named twice, or a kind does not fit into 63 bits.
    """

    roster: Path
    batches: tuple[BatchFiles, ...]
    clock_rules: tuple[tuple[str, str, str], ...]
    weak_kinds: tuple[int, ...]
    no_raise_codes: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        names = [(each.feed, each.batch) for each in self.batches]
        if names != sorted(set(names)):
            raise ValueError("Batches come sorted by feed and batch, each once.")
        if not all(0 < kind < 63 for kind in self.weak_kinds):
            raise ValueError(
                "The kinds of weak signs are numbered from 1 to 62: they travel as the bits of one integer."
            )

    def of_feeds(self, feeds: frozenset[str]) -> tuple[BatchFiles, ...]:
        """The batches of some feeds."""
        return tuple(each for each in self.batches if each.feed in feeds)
