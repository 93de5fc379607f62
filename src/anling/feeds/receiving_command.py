"""What `anling import feed` does: each file with its manifest to the end, in the foreground."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.values import Actor
from anling.feeds.intake import InputError
from anling.feeds.models import Batch, State, Way
from anling.feeds.receiving import Delivery, deliver, over_limit
from anling.feeds.tasks import rooms


@dataclass(frozen=True, slots=True)
class Told:
    """What the command prints, and whether a batch was refused or has too many rows in quarantine."""

    text: str
    refused: bool


def receive(files: Sequence[Path], *, by: Actor, max_rejected: float, as_json: bool) -> Told:
    """Take each file in. Raises InputError for a file that is not there, NotAllowedError for the officer."""
    require(by, Act.IMPORT)
    batches = [_deliver(data, by) for data in _data_files(files)]
    refused = any(over_limit(batch, max_rejected) for batch in batches)
    if as_json:
        return Told(json.dumps([as_facts(batch) for batch in batches], ensure_ascii=False, indent=2), refused)
    return Told("\n".join(map(_line, batches)), refused)


def as_facts(batch: Batch) -> dict[str, object]:
    """A delivery as JSON values."""
    return {
        "id": batch.pk,
        "feed": batch.feed,
        "batch": batch.batch,
        "file": batch.file_name,
        "state": str(batch.state),
        "rows": batch.rows,
        "quarantined": batch.quarantined,
        "sha256": batch.sha256,
        "refusal": batch.refusal,
    }


def _deliver(data: Path, by: Actor) -> Batch:
    delivery = Delivery(data, data.with_suffix(".json"), Way.COMMAND)
    return deliver(delivery=delivery, rooms=rooms(), by=by, at=timezone.now())


def _data_files(files: Sequence[Path]) -> Iterator[Path]:
    """The data files, each once; a manifest that was named too is passed over where its file was named."""
    named = dict.fromkeys(files)
    for path in named:
        if not path.is_file():
            raise InputError(f"{path}: 文件不存在 / there is no such file; check its name.")
    data = [path for path in named if path.suffix.lower() != ".json"]
    stems = {path.with_suffix("") for path in data}
    lonely = [path for path in named if path not in data and path.with_suffix("") not in stems]
    if lonely:
        raise InputError(f"{lonely[0]}: 这是清单 / this is a manifest; name its data file.")
    yield from data


def _line(batch: Batch) -> str:
    if batch.state == State.REFUSED:
        return f"拒收 refused   {batch.file_name}: {batch.refusal}"
    quarantined = f", 隔离 {batch.quarantined:,} quarantined" if batch.quarantined else ""
    return f"接收 received  {batch}: {batch.rows or 0:,} 行 rows{quarantined}"
