"""What happens to a delivery: received, being checked, ready, refused, replaced; each with its entry in the trail.

Whoever asks twice gets the answer of the first time: content is told by its hash (N-C2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from anling.access.permissions import permits_for, require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.locks import DELIVERY
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.audit.wording import worded
from anling.feeds.errors import FeedsError, NotYoursError
from anling.feeds.models import LIVING, OPEN, Batch, State


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that came, as far as its manifest could be read; rows: as declared, None where nobody counted.

    kept: where the file lies below the folder of deliveries; way: page, command or inbox. corrects: the batch whose
    quarantined rows these are, put right.
    """

    file_name: str
    way: str
    feed: str = ""
    batch: str = ""
    sha256: str = ""
    covers_from: date | None = None
    covers_to: date | None = None
    delivered_at: datetime | None = None
    rows: int | None = None
    kept: str = ""
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What intake found in a file. months: accepted rows by month; store_key: its folder below the ingested store."""

    rows: int
    quarantined: int
    months: Mapping[str, int]
    store_key: str


def receive(*, arrival: Arrival, by: Actor, at: datetime) -> Batch:
    """Enter a delivery, to be checked next; the same content under the same name is the batch that is there already.

    Raises NotAllowedError without a permit to import, NotYoursError where the batch of that name was received for a
    region outside that permit.
    """
    require(by, Act.IMPORT)
    with transaction.atomic():
        _take_turn(arrival.feed, arrival.batch)
        known = list(Batch.objects.filter(feed=arrival.feed, batch=arrival.batch, state__in=LIVING))
        for earlier in known:
            _require_for(by, earlier)
        same = [each for each in known if (each.sha256, each.delivered_at) == (arrival.sha256, arrival.delivered_at)]
        if same:
            return same[0]
        made = _add(arrival, State.RECEIVED, by, at)
        record(Kind.BATCH_RECEIVED, by=by, at=at, on=_subject(made), after=_facts(made), content_hash=made.sha256)
        return made


def check(*, batch: Batch, by: Actor) -> Batch:
    """Note that its rows are being read now. Raises FeedsError where it is settled already."""
    with transaction.atomic():
        current = _locked(batch, by)
        if current.state not in OPEN:
            raise FeedsError(worded("%(batch)s is settled already; nothing is left to check.", batch=current))
        current.state = State.CHECKING
        current.save(update_fields=["state"])
        return current


def accept(*, batch: Batch, outcome: Outcome, by: Actor, at: datetime) -> Batch:
    """Make a checked delivery ready; the ready one of the same name is replaced and kept as history.

    Of two deliveries of one name the later received one stays, whichever was checked first.
    """
    with transaction.atomic():
        _take_turn(batch.feed, batch.batch)
        current = _locked(batch, by)
        if current.state not in OPEN:
            return current
        before = {"state": current.state}
        current.rows, current.quarantined = outcome.rows, outcome.quarantined
        current.months, current.store_key = dict(outcome.months), outcome.store_key
        current.settled_at = at
        replaced = _settle_name(current, by, at)
        current.save()
        record(
            Kind.BATCH_RECEIVED, by=by, at=at, on=_subject(current), before=before,
            after={**_facts(current), "replaces": replaced}, rows=current.rows, content_hash=current.sha256,
        )  # fmt: skip
        return current


def refuse(*, arrival: Arrival, sentence: str, by: Actor, at: datetime) -> Batch:
    """Enter a delivery that cannot be used at all; the same file refused for the same reason is entered once."""
    require(by, Act.IMPORT)
    with transaction.atomic():
        _take_turn(arrival.feed, arrival.batch)
        same = Batch.objects.filter(
            state=State.REFUSED, feed=arrival.feed, batch=arrival.batch, sha256=arrival.sha256, refusal=sentence,
            file_name=arrival.file_name, doer=by.key,
        ).first()  # fmt: skip
        if same:
            return same
        made = _add(arrival, State.REFUSED, by, at, refusal=sentence, settled_at=at)
        record(Kind.BATCH_REFUSED, by=by, at=at, on=_subject(made), after=_facts(made), reason=sentence)
        return made


def refuse_checked(*, batch: Batch, sentence: str, by: Actor, at: datetime) -> Batch:
    """Refuse a delivery whose rows were read; an earlier one of that name stays in force."""
    with transaction.atomic():
        current = _locked(batch, by)
        if current.state not in OPEN:
            return current
        before = {"state": current.state}
        current.state, current.refusal, current.settled_at = State.REFUSED, sentence, at
        current.save()
        record(
            Kind.BATCH_REFUSED, by=by, at=at, on=_subject(current), before=before, after=_facts(current),
            reason=sentence, content_hash=current.sha256,
        )  # fmt: skip
        return current


def note_export(*, batch: Batch, rows: int, content_hash: str, by: Actor, at: datetime) -> None:
    """Record that the rows in quarantine, which name people, were handed out. Raises NotAllowedError."""
    _require_for(by, batch)
    with transaction.atomic():
        record(Kind.QUARANTINE_EXPORTED, by=by, at=at, on=_subject(batch), rows=rows, content_hash=content_hash)


def require_for(*, batch: Batch, by: Actor) -> None:
    """Raises NotAllowedError unless the officer may import for the region that the batch was received for."""
    _require_for(by, batch)


def _settle_name(current: Batch, by: Actor, at: datetime) -> int | None:
    """Give a delivery its place among those of its name; the key of what it replaces."""
    ready = Batch.objects.select_for_update().filter(feed=current.feed, batch=current.batch, state=State.READY).first()
    if ready is None:
        current.state = State.READY
        return None
    _require_for(by, ready)
    newer, older = (current, ready) if current.pk > ready.pk else (ready, current)
    older.state, older.replaced_by, older.replaced_at = State.REPLACED, newer, at
    older.save()
    newer.state = State.READY
    return older.pk if newer is current else None


def _add(arrival: Arrival, state: State, by: Actor, at: datetime, **fields: object) -> Batch:
    return Batch.objects.create(
        feed=arrival.feed[:40], batch=arrival.batch[:100], sha256=arrival.sha256, file_name=arrival.file_name[:255],
        covers_from=arrival.covers_from, covers_to=arrival.covers_to, delivered_at=arrival.delivered_at,
        declared_rows=arrival.rows, kept=arrival.kept, corrects_id=arrival.corrects, way=arrival.way, state=state,
        received_at=at, doer=by.key, doer_label=by.label, responsible=_home(by), **fields,
    )  # fmt: skip


def _home(by: Actor) -> str:
    """The widest region in which the actor may import."""
    scopes = [permit.scope.prefix for permit in permits_for(by, Act.IMPORT) if permit.scope]
    return min(scopes, key=len, default="")


def _locked(batch: Batch, by: Actor) -> Batch:
    current = Batch.objects.select_for_update().get(pk=batch.pk)
    _require_for(by, current)
    return current


def _require_for(by: Actor, batch: Batch) -> None:
    require(by, Act.IMPORT)
    if not permits_for(by, Act.IMPORT, batch.responsible):
        raise NotYoursError(
            worded(
                "%(name)s may not act on %(batch)s: it was received for region %(region)s; ask an officer there.",
                name=by.label,
                batch=batch,
                region=batch.responsible,
            )
        )


def _take_turn(feed: str, batch: str) -> None:
    """Until the end of the transaction nobody else enters or settles a delivery of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [DELIVERY, f"{feed}/{batch}"])


def _subject(batch: Batch) -> Subject:
    return Subject("batch", str(batch.pk), batch.responsible)


def _facts(batch: Batch) -> dict[str, object]:
    return {
        "feed": batch.feed,
        "batch": batch.batch,
        "file": batch.file_name,
        "state": str(batch.state),
        "rows": batch.rows,
        "quarantined": batch.quarantined,
    }
