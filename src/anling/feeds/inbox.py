"""The watched folder: whoever may write there delivers by putting a file and its manifest down (N-C2).

    HOME/inbox/<feed>/NAME.csv and NAME.json   waiting; taken once both are whole, which the manifest's hash tells
    HOME/inbox/taken/<feed>/                   what became a batch
    HOME/inbox/refused/<feed>/                 what did not, with the sentence beside it in NAME.txt

A file still being written does not have the hash that its manifest says; it is left alone until it has, or until
nobody has touched it for a while. A pair that cannot be read holds up no other. Two workers may look at once:
PostgreSQL lets one of them in.
"""

from __future__ import annotations

import logging
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
from anling.audit.wording import in_both, worded
from anling.engines.errors import EngineError
from anling.feeds.intake.content import hashed
from anling.feeds.intake.errors import InputError, RefusedError
from anling.feeds.intake.formats import SUFFIXES
from anling.feeds.intake.manifest import read_manifest
from anling.feeds.models import Batch, State, Way
from anling.feeds.operations import Arrival, refuse
from anling.feeds.receiving import Delivery, Rooms, deliver

PATIENCE = 600
"""Seconds without a change after which a pair that does not fit together is no longer being written."""

KEY = "machine:inbox"

_TAKEN, _REFUSED = "taken", "refused"
_log = logging.getLogger(__name__)


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
        settled = (_settle(pair, rooms, at) for pair in pairs(rooms.home / "inbox", at))
        return [batch for batch in settled if batch]


def pairs(inbox: Path, at: datetime) -> Iterator[Pair]:
    """The pairs that are whole, or that will not become so, by feed and name."""
    for folder in sorted(inbox.glob("*/")):
        if folder.name in (_TAKEN, _REFUSED) or folder.is_symlink():
            continue
        for data in _entries(folder):
            pair = Pair(folder.name, data, data.with_suffix(".json"))
            if data.suffix.lower() in SUFFIXES and not data.name.startswith((".", "~$")) and _due(pair, at):
                yield pair


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        _log.error("the folder inbox/%s cannot be read: %s", folder.name, error.strerror)
        return []


def _due(pair: Pair, at: datetime) -> bool:
    try:
        touched = [path.stat().st_mtime for path in (pair.data, pair.manifest) if path.is_file()]
    except OSError:  # taken away in this moment
        return False
    return len(touched) == 2 and (at.timestamp() - max(touched) > PATIENCE or _fits(pair))


def _fits(pair: Pair) -> bool:
    try:
        return read_manifest(pair.manifest).sha256 == hashed(pair.data).sha256
    except (RefusedError, OSError):
        return False


def _settle(pair: Pair, rooms: Rooms, at: datetime) -> Batch | None:
    """Take a pair in, or refuse it, and put it away; None where nothing can be said of it yet."""
    try:
        batch = _delivered(pair, rooms, at)
        _put_away(pair, batch, rooms, at)
    except OSError as error:  # the machine's trouble, such as a full disk: the next look tries again
        _log.error("a pair in inbox/%s stays where it lies: %s", pair.feed, error.strerror)
        return None
    return batch


def _delivered(pair: Pair, rooms: Rooms, at: datetime) -> Batch:
    delivery = Delivery(pair.data, pair.manifest, Way.INBOX, folder=pair.feed)
    try:
        with within(province()):
            return deliver(delivery=delivery, rooms=rooms, by=receiver(), at=at)
    except InputError as error:
        sentence = str(error)
    except EngineError as error:
        sentence = in_both(
            worded("%(file)s: reading it failed (%(cause)s); tell the system administrator, then deliver it again.",
                 file=pair.data.name, cause=type(error).__name__)
        )  # fmt: skip
    except OSError as error:
        if _readable(pair):
            raise
        sentence = in_both(
            worded("%(file)s: the file or its manifest cannot be read (%(cause)s); see to that, then deliver it again.",
                 file=pair.data.name, cause=error.strerror or type(error).__name__)
        )  # fmt: skip
    arrival = Arrival(pair.data.name, Way.INBOX, feed=pair.feed)
    with within(province()):
        return refuse(arrival=arrival, sentence=sentence, by=receiver(), at=at)


def _readable(pair: Pair) -> bool:
    try:
        return bool(hashed(pair.data).sha256 and hashed(pair.manifest).sha256)
    except OSError:
        return False


def _put_away(pair: Pair, batch: Batch, rooms: Rooms, at: datetime) -> None:
    refused = batch.state == State.REFUSED
    place = rooms.home / "inbox" / (_REFUSED if refused else _TAKEN) / pair.feed
    place.mkdir(parents=True, exist_ok=True)
    stem = _free(place, pair.data, at)
    if refused:
        (place / f"{stem}.txt").write_text(batch.refusal + "\n", encoding="utf-8")
    os.replace(pair.data, place / f"{stem}{pair.data.suffix}")
    os.replace(pair.manifest, place / f"{stem}.json")


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
