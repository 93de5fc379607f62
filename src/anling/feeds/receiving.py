"""One delivery from its file to its batch: page, command and watched folder all come through here (N-C2).

    HOME/deliveries/<key>/<file>   the file as it came, kept so that its quarantined rows can be put right
    HOME/store                     the ingested store, shared with runs on files

`receive` looks at everything but the rows and enters the delivery; `take_in` reads the rows and settles it. Killed in
between, either can be called again and ends the same: the store knows what it has, and the batch knows its state.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from anling.audit.values import Actor
from anling.feeds import operations
from anling.feeds.guarding import write_bare
from anling.feeds.intake import FeedBatch, Intake
from anling.feeds.intake.content import hashed
from anling.feeds.intake.errors import RefusedError
from anling.feeds.intake.feeds import BatchFiles
from anling.feeds.intake.manifest import CHINA, Manifest, read_manifest
from anling.feeds.models import OPEN, Batch, State
from anling.feeds.operations import Arrival, Outcome
from anling.policy import Policy

MEMORY = "2GB"
"""What the engine may hold while a delivery is read: a worker runs beside the server and the database."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where deliveries are kept and read, under the policy that reads them. home: ANLING_HOME."""

    home: Path
    policy: Policy
    memory: str = MEMORY

    @property
    def store(self) -> Path:
        """The ingested store."""
        return self.home / "store"

    @property
    def deliveries(self) -> Path:
        """Files as they came."""
        return self.home / "deliveries"

    def intake(self) -> Intake:
        """The one way into the store."""
        return Intake(self.store, self.policy, memory_limit=self.memory)

    def kept_file(self, batch: Batch) -> Path:
        """The file of a delivery as it came."""
        return self.deliveries / batch.kept


@dataclass(frozen=True, slots=True)
class Typed:
    """A manifest that an officer typed; hash and rows are the file's own."""

    feed: str
    batch: str
    covers_from: date
    covers_to: date
    delivered_at: datetime

    def of(self, data: Path) -> Manifest:
        """The manifest of a file."""
        moment = self.delivered_at.astimezone(CHINA)
        return Manifest(self.feed, self.batch, self.covers_from, self.covers_to, moment, None, hashed(data).sha256)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file with what its department, or an officer, says of it. folder: the feed whose folder it lay in, if any.

    manifest: a file beside it, or what was typed. way: page, command or inbox. corrects: see feeds.operations.Arrival.
    """

    data: Path
    manifest: Path | Typed
    way: str
    folder: str = ""
    corrects: int | None = None


def receive(*, delivery: Delivery, rooms: Rooms, by: Actor, at: datetime) -> Batch:
    """Enter a delivery after a look at everything but its rows: it is then received, or refused with its sentence.

    The same content again is the batch that is there. Raises NotAllowedError.
    """
    with _as_sent(delivery) as sent:
        return _received(sent, rooms, by, at)


def _received(delivery: Delivery, rooms: Rooms, by: Actor, at: datetime) -> Batch:
    try:
        manifest = _manifest(delivery)
    except RefusedError as error:
        arrival = Arrival(delivery.data.name, delivery.way, feed=delivery.folder)
        return operations.refuse(arrival=arrival, sentence=error.sentence, by=by, at=at)
    try:
        rooms.intake().look(_files(delivery, manifest), manifest)
    except RefusedError as error:
        return operations.refuse(arrival=_arrival(delivery, manifest, ""), sentence=error.sentence, by=by, at=at)
    kept = _keep(delivery.data, manifest, rooms)
    return operations.receive(arrival=_arrival(delivery, manifest, kept), by=by, at=at)


def take_in(*, batch: Batch, rooms: Rooms, by: Actor, at: datetime) -> Batch:
    """Read the rows of a received delivery into the store: it is then ready, or refused with its sentence.

    One that is settled is left as it is. Raises NotAllowedError, InputError where memory does not suffice.
    """
    if batch.state not in OPEN:
        return batch
    current = operations.check(batch=batch, by=by)
    found = rooms.intake().batch(batch_files(current, rooms), manifest_of(current))
    if isinstance(found, FeedBatch):
        key = str(found.folder.relative_to(rooms.store))
        outcome = Outcome(found.rows, found.rejected, found.months, key)
        return operations.accept(batch=current, outcome=outcome, by=by, at=at)
    return operations.refuse_checked(batch=current, sentence=found.sentence, by=by, at=at)


def deliver(*, delivery: Delivery, rooms: Rooms, by: Actor, at: datetime) -> Batch:
    """Receive and take in at once, as the command and the watched folder do."""
    return take_in(batch=receive(delivery=delivery, rooms=rooms, by=by, at=at), rooms=rooms, by=by, at=at)


def over_limit(batch: Batch, max_rejected: float) -> bool:
    """Whether a delivery was refused, or has a larger share of its rows in quarantine."""
    return batch.state == State.REFUSED or (batch.quarantined or 0) > max_rejected * (batch.rows or 0)


def batch_files(batch: Batch, rooms: Rooms) -> BatchFiles:
    """The kept file of a delivery, as intake asks for it."""
    data = rooms.kept_file(batch)
    return BatchFiles(batch.feed, data.with_suffix(".json"), data)


def manifest_of(batch: Batch) -> Manifest:
    """The manifest of a delivery that was received."""
    assert batch.covers_from
    assert batch.covers_to
    assert batch.delivered_at
    return Manifest(
        batch.feed, batch.batch, batch.covers_from, batch.covers_to, batch.delivered_at.astimezone(CHINA),
        batch.declared_rows, batch.sha256,
    )  # fmt: skip


@contextmanager
def _as_sent(delivery: Delivery) -> Iterator[Delivery]:
    """The delivery itself; of rows that were handed out and come back as CSV, one without the guard of their cells.

    A file with a manifest of its own is left as it is: its hash says that nobody touched it since.
    """
    if not delivery.corrects or isinstance(delivery.manifest, Path) or delivery.data.suffix.lower() != ".csv":
        yield delivery
        return
    with tempfile.TemporaryDirectory(dir=delivery.data.parent) as folder:
        copy = Path(folder) / delivery.data.name
        try:
            write_bare(delivery.data, copy)
        except csv.Error:  # no table: intake says what is wrong with it
            yield delivery
        else:
            yield replace(delivery, data=copy)


def _manifest(delivery: Delivery) -> Manifest:
    if isinstance(delivery.manifest, Typed):
        return delivery.manifest.of(delivery.data)
    if not delivery.manifest.is_file():
        name = delivery.data.name
        raise RefusedError(
            f"{name}: 缺少清单 {delivery.manifest.name} / the manifest {delivery.manifest.name} is missing; add it"
        )
    manifest = read_manifest(delivery.manifest)
    if len(manifest.batch) > 100 or len(manifest.feed) > 40:
        raise RefusedError(
            f"{delivery.manifest.name}: 清单字段 feed 或 batch 过长,请更正 / the manifest's field feed or batch is"
            " longer than 40 or 100 characters; shorten it"
        )
    return manifest


def _files(delivery: Delivery, manifest: Manifest) -> BatchFiles:
    beside = delivery.manifest if isinstance(delivery.manifest, Path) else delivery.data.with_suffix(".json")
    return BatchFiles(delivery.folder or manifest.feed, beside, delivery.data)


def _arrival(delivery: Delivery, manifest: Manifest, kept: str) -> Arrival:
    return Arrival(
        file_name=delivery.data.name, way=delivery.way, feed=manifest.feed, batch=manifest.batch,
        sha256=manifest.sha256, covers_from=manifest.covers_from, covers_to=manifest.covers_to,
        delivered_at=manifest.delivered_at, rows=manifest.rows, kept=kept, corrects=delivery.corrects,
    )  # fmt: skip


def _keep(data: Path, manifest: Manifest, rooms: Rooms) -> str:
    """Copy the file to its place among the deliveries, whole or not at all; its name there."""
    parts = (manifest.feed, manifest.batch, manifest.sha256, data.name)
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    place = rooms.deliveries / key / data.name
    if not place.is_file():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f".{uuid4().hex}")
        try:
            shutil.copyfile(data, draft)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)
    return f"{key}/{data.name}"
