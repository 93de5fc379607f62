"""What intake hands on: where each ingested batch lies, and what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RosterBatch:
    """An ingested roster. `folder` holds roster.parquet, quarantine.parquet and batch.json; counts are in rows.

    `reused`: an earlier run had ingested the same content under the same rules of intake.
    """

    file: str
    folder: Path
    sha256: str
    rows: int
    accepted: int
    rejected: int
    reused: bool

    def __post_init__(self) -> None:
        _refuse_wrong_counts(self.rows, self.accepted, self.rejected)


@dataclass(frozen=True, slots=True)
class FeedBatch:
    """An ingested batch of a feed, as its manifest describes it (contracts.md, feeds).

    `folder` holds life, loss, other and quarantine.parquet and batch.json. `delivered_at` is in Asia/Shanghai.
    `months`: accepted rows by month of the date that counts, 'yyyy-MM'. `empty_numbers`: accepted rows without number.
    """

    feed: str
    batch: str
    file: str
    folder: Path
    delivered_at: datetime
    covers_from: date
    covers_to: date
    sha256: str
    rows: int
    accepted: int
    rejected: int
    empty_numbers: int
    invalid_numbers: int
    months: Mapping[str, int]
    reused: bool

    def __post_init__(self) -> None:
        if self.delivered_at.tzinfo is None:
            raise ValueError("delivered_at needs its time zone: Asia/Shanghai")
        if self.covers_from > self.covers_to:
            raise ValueError("covers_from lies after covers_to")
        _refuse_wrong_counts(self.rows, self.accepted, self.rejected)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A batch that cannot be used: its file, relative to the feeds' folder, and why, in one sentence."""

    file: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FeedIntake:
    """All batches of a folder of feeds, in the order of feed and batch, and the refused ones in the order of file."""

    batches: tuple[FeedBatch, ...]
    refused: tuple[Refusal, ...]


def _refuse_wrong_counts(rows: int, accepted: int, rejected: int) -> None:
    if min(accepted, rejected) < 0 or accepted + rejected != rows:
        raise ValueError(f"{accepted} accepted and {rejected} rejected rows are not {rows} rows")
