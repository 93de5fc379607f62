"""The watched folder: whoever may write there delivers by putting a file and its manifest down (N-C2).

    HOME/inbox/<feed>/NAME.csv and NAME.json   waiting; taken once both are whole, which the manifest's hash tells
    HOME/inbox/taken/<feed>/                   what became a batch
    HOME/inbox/refused/<feed>/                 what did not, with the sentence beside it in NAME.txt

A file still being written does not have the hash that its manifest says; it is left alone until it has, or until
nobody has touched it for a while. Two workers may look at once: PostgreSQL lets one of them in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from anling.access.roles import Role
from anling.audit.locks import INBOX
from anling.audit.scope import province, within
from anling.audit.values import Actor, ActorKind, Permit
from anling.comparison.intake.content import hashed
from anling.comparison.intake.errors import RefusedError
from anling.comparison.intake.formats import SUFFIXES
from anling.comparison.intake.manifest import read_manifest
from anling.comparison.receiving import Delivery, Rooms, deliver
from anling.feeds.models import Batch, State, Way

PATIENCE = 600
"""Seconds without a change after which a pair that does not fit together is no longer being written."""

KEY = "machine:inbox"

_TAKEN, _REFUSED = "taken", "refused"


@dataclass(frozen=True, slots=True)
class Pair:
    """A data file and its manifest in the folder of a feed."""

    feed: str
    data: Path
    manifest: Path


def receiver() -> Actor:
    """Receives what lies there. Who may write to the folder is a matter of the machine's accounts; it signs nothing."""
    return Actor(ActorKind.MACHINE, KEY, "inbox", (Permit(Role.CLERK.value, province()),))


def look(*, rooms: Rooms, at: datetime) -> list[Batch]:
    """Take in every whole pair; what became of each. Nothing where another worker is looking."""
    with _alone() as first:
        if not first:
            return []
        return [_take(pair, rooms, at) for pair in pairs(rooms.home / "inbox", at)]


def pairs(inbox: Path, at: datetime) -> Iterator[Pair]:
    """The pairs that are whole, or that will not become so, by feed and name."""
    for folder in sorted(inbox.glob("*/")):
        if folder.name in (_TAKEN, _REFUSED) or folder.is_symlink():
            continue
        for data in sorted(folder.iterdir()):
            pair = Pair(folder.name, data, data.with_suffix(".json"))
            if data.suffix.lower() in SUFFIXES and not data.name.startswith((".", "~$")) and _due(pair, at):
                yield pair


def _due(pair: Pair, at: datetime) -> bool:
    if not pair.manifest.is_file() or not pair.data.is_file():
        return False
    touched = max(pair.data.stat().st_mtime, pair.manifest.stat().st_mtime)
    return at.timestamp() - touched > PATIENCE or _fits(pair)


def _fits(pair: Pair) -> bool:
    try:
        return read_manifest(pair.manifest).sha256 == hashed(pair.data).sha256
    except (RefusedError, OSError):
        return False


def _take(pair: Pair, rooms: Rooms, at: datetime) -> Batch:
    delivery = Delivery(pair.data, pair.manifest, Way.INBOX, folder=pair.feed)
    with within(province()):
        batch = deliver(delivery=delivery, rooms=rooms, by=receiver(), at=at)
    refused = batch.state == State.REFUSED
    place = rooms.home / "inbox" / (_REFUSED if refused else _TAKEN) / pair.feed
    place.mkdir(parents=True, exist_ok=True)
    stem = _free(place, pair.data, at)
    if refused:
        (place / f"{stem}.txt").write_text(batch.refusal + "\n", encoding="utf-8")
    os.replace(pair.data, place / f"{stem}{pair.data.suffix}")
    os.replace(pair.manifest, place / f"{stem}.json")
    return batch


def _free(place: Path, data: Path, at: datetime) -> str:
    """The file's own name, or with the time where an earlier one has it."""
    taken = (place / data.name).exists() or (place / f"{data.stem}.json").exists()
    return f"{data.stem}-{at:%Y%m%dT%H%M%S}" if taken else data.stem


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [INBOX])
        first = bool(cursor.fetchone()[0])
        try:
            yield first
        finally:
            if first:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [INBOX])
