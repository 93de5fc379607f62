"""Which deliveries a run reads. The one place that knows where they are kept."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from anling.comparison.models import Run


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as it arrived: its feed, its data file, and the manifest beside it."""

    feed: str
    data: Path
    manifest: Path


def batches_for(run: Run) -> tuple[Delivery, ...]:
    """The deliveries that a run may read; those that had not arrived on its day it leaves out by itself.

    They lie in the folder that the run names, or else in the inbox of the installation, as contracts.md has them:
    <feed>/<batch>.{parquet,csv,xlsx} beside <batch>.json.
    """
    folder = Path(run.feeds) if run.feeds else settings.HOME / "inbox"
    return tuple(
        Delivery(feed.name, data, data.with_suffix(".json"))
        for feed in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if feed.is_dir()
        for data in sorted(feed.iterdir())
        if data.suffix.lower() != ".json" and not data.name.startswith(".")
    )


def gather(deliveries: Iterable[Delivery], folder: Path) -> None:
    """Name the deliveries under `folder`, as the file run reads them: linked, never copied."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in deliveries:
        place = folder / each.feed
        place.mkdir(exist_ok=True)
        for file in (each.data, each.manifest):
            if file.is_file():
                with suppress(FileExistsError):
                    os.symlink(file.resolve(), place / file.name)
