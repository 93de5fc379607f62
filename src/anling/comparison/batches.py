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
from anling.audit.wording import in_both, worded
from anling.comparison.models import Run
from anling.feeds.intake import InputError
from anling.feeds.intake.manifest import Manifest
from anling.feeds.models import Batch
from anling.feeds.queries import ready
from anling.feeds.receiving import manifest_of


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
    """Name the deliveries under `folder`, as the file run reads them: linked, never copied.

    Raises InputError for one whose file is gone: a run without it would come to another end, and say nothing of it.
    """
    for each in deliveries:
        if not each.data.is_file():
            raise _gone(each.feed, each.name)
        place = folder / each.feed
        place.mkdir(parents=True, exist_ok=True)
        link(each.data, place / each.name)
        beside = (place / each.name).with_suffix(".json")
        if isinstance(each.manifest, Manifest):
            beside.write_text(json.dumps(asdict(each.manifest), default=str, ensure_ascii=False), encoding="utf-8")
        elif each.manifest.is_file():  # one that is missing is refused with its sentence by intake
            link(each.manifest, beside)


def check_gathered(folder: Path) -> None:
    """Raises InputError where a delivery that was named under `folder` is gone since."""
    for name in sorted(folder.glob("*/*")):
        if not name.exists():
            raise _gone(name.parent.name, name.name)


def _gone(feed: str, name: str) -> InputError:
    return InputError(
        in_both(
            worded(
                "The file of the delivery %(feed)s/%(name)s is gone; restore the folder deliveries from a backup, or"
                " have it delivered again, then run it again.",
                feed=feed, name=name,
            )
        )
    )  # fmt: skip


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


def link(file: Path, name: Path) -> None:
    """Give a file or folder another name: relative where both are of this installation, which may move as a whole."""
    target, place, home = file.resolve(), name.parent.resolve(), settings.HOME.resolve()
    inside = target.is_relative_to(home) and place.is_relative_to(home)
    with suppress(FileExistsError):
        name.symlink_to(os.path.relpath(target, place) if inside else target, target_is_directory=file.is_dir())
