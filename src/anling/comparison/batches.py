"""Which deliveries a run reads. The one place that knows where they are kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.intake.manifest import Manifest
from anling.comparison.models import Run
from anling.comparison.receiving import manifest_of
from anling.feeds.models import Batch
from anling.feeds.queries import ready


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as it arrived: its feed, its data file, and its manifest: the file beside it, or what it said.

    name: under which the run reads it; the store knows a file by its name too, so it stays where it can.
    """

    feed: str
    name: str
    data: Path
    manifest: Path | Manifest


def batches_for(run: Run) -> tuple[Delivery, ...]:
    """The deliveries that a run may read; those that had not arrived on its day it leaves out by itself.

    They are the batches that the feeds hold ready, unless the run names a folder, as contracts.md has it:
    <feed>/<batch>.{parquet,csv,xlsx} beside <batch>.json.
    """
    if run.feeds:
        return _in_folder(Path(run.feeds))
    with within(Scope(run.region)):
        batches = ready(run.as_of, run.known_at)
    seen: set[tuple[str, str]] = set()
    return tuple(_kept(batch, seen) for batch in batches)


def gather(deliveries: Iterable[Delivery], folder: Path) -> None:
    """Name the deliveries under `folder`, as the file run reads them: linked, never copied."""
    for each in deliveries:
        place = folder / each.feed
        place.mkdir(parents=True, exist_ok=True)
        _link(each.data, place / each.name)
        beside = (place / each.name).with_suffix(".json")
        if isinstance(each.manifest, Manifest):
            beside.write_text(json.dumps(asdict(each.manifest), default=str, ensure_ascii=False), encoding="utf-8")
        else:
            _link(each.manifest, beside)


def _in_folder(folder: Path) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(feed.name, data.name, data, data.with_suffix(".json"))
        for feed in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if feed.is_dir()
        for data in sorted(feed.iterdir())
        if data.suffix.lower() != ".json" and not data.name.startswith(".")
    )


def _kept(batch: Batch, seen: set[tuple[str, str]]) -> Delivery:
    data = settings.HOME / "deliveries" / batch.kept
    again = (batch.feed, data.stem) in seen
    seen.add((batch.feed, data.stem))
    said = manifest_of(batch)
    counted = said if said.rows is not None else Manifest(**{**asdict(said), "rows": batch.rows})
    return Delivery(batch.feed, f"{batch.pk}-{data.name}" if again else data.name, data, counted)


def _link(file: Path, name: Path) -> None:
    if file.is_file():
        with suppress(FileExistsError):
            os.symlink(file.resolve(), name)
