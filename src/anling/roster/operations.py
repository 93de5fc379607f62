"""Roster files on their way into the tables: received, checked, applied or discarded (N-A1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from anling.access.permissions import permits_for, require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.locks import MERGING
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope
from anling.audit.wording import worded
from anling.roster.errors import RosterError
from anling.roster.importing.comparing import compare
from anling.roster.importing.finding import find
from anling.roster.importing.reconciling import reconcile
from anling.roster.importing.staging import stage
from anling.roster.importing.telling import details, write_lists
from anling.roster.importing.watching import tell
from anling.roster.importing.writing import write
from anling.roster.models import Finding, FindingKind, FindingState, ImportState, RosterImport
from anling.roster.wording import IMPORT_STATES


@dataclass(frozen=True, slots=True)
class Normalised:
    """A file as intake has read it. folder: of roster.parquet and quarantine.parquet; rejected: rows refused."""

    folder: Path
    sha256: str
    rejected: int


@dataclass(frozen=True, slots=True)
class Stage:
    """An import whose rows are staged and compared on this connection; apply takes that up while it still holds.

    imports, changes: how many imports had been applied and the newest change when they were compared.
    """

    key: int
    imports: int
    changes: int

    @classmethod
    def now(cls, key: int) -> Stage:
        """As of this moment."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT i.last_value, c.last_value FROM roster_applied_seq i, roster_change_id_seq c")
            return cls(key, *cursor.fetchone())


def scope_of(by: Actor) -> Scope:
    """The region in which the officer imports: that of the first permit that allows it."""
    require(by, Act.IMPORT)
    scopes = [permit.scope for permit in permits_for(by, Act.IMPORT) if permit.scope]
    if not scopes:
        raise RosterError(
            worded("%(name)s has no region to import for; the security administrator grants one.", name=by.label)
        )
    return scopes[0]


def receive(*, file_name: str, by: Actor, at: datetime, within: Scope | None = None) -> RosterImport:
    """Note that a file has arrived. within: the officer's scope, where they work under one of several."""
    region = within or scope_of(by)
    require(by, Act.IMPORT, region.prefix)
    with scope.within(region):
        return RosterImport.objects.create(
            region=region.prefix, file_name=file_name[:200], received_at=at, received_by=by.key,
            received_label=by.label,
        )  # fmt: skip


def is_unread(*, key: int, by: Actor) -> bool:
    """Whether a file has arrived and was not checked yet. Raises RosterError where the officer sees no such import."""
    return _open(key, by, tuple(ImportState)).state == ImportState.RECEIVED


def check(*, key: int, rows: Normalised, lists: Path, by: Actor, at: datetime) -> tuple[RosterImport, Stage]:
    """Compare the rows with the tables and keep what would change; nothing of the roster is written.

    lists: folder for rejected.csv and gone.csv. A file checked before is checked anew.
    """
    roster_import = _open(key, by, (ImportState.RECEIVED, ImportState.CHECKED, ImportState.FAILED))
    region = Scope(roster_import.region)
    staged = stage(rows.folder / "roster.parquet", lambda done, total: _progress(key, region, done, total))
    stage_of = Stage.now(key)
    counts = compare(region)
    counts |= {"rows": staged + rows.rejected, "rejected": counts["rejected"] + rows.rejected}
    write_lists(lists, rows.folder / "quarantine.parquet")
    with scope.within(region):
        roster_import = RosterImport.objects.select_for_update().get(pk=key)
        roster_import.state, roster_import.counts, roster_import.error = ImportState.CHECKED, counts, ""
        roster_import.details, roster_import.sha256 = details(rows.folder / "quarantine.parquet"), rows.sha256
        roster_import.batch = str(rows.folder)
        roster_import.save()
        _record(Kind.ROSTER_CHECKED, roster_import, by, at)
    return roster_import, stage_of


def apply(*, key: int, by: Actor, at: datetime, reason: str = "", stage_of: Stage | None = None) -> RosterImport:
    """Write what the check has shown, all of it or nothing; again changes nothing.

    Raises RosterError where the roster has changed since the check, so that something else than shown would be written.
    """
    roster_import = _open(key, by, (ImportState.CHECKED, ImportState.APPLIED))
    if roster_import.state == ImportState.APPLIED:
        return roster_import
    region = Scope(roster_import.region)
    with scope.within(region):
        _alone()
        roster_import = RosterImport.objects.select_for_update().get(pk=key)
        if roster_import.state != ImportState.CHECKED:
            return roster_import
        if stage_of != Stage.now(key):
            stage(Path(roster_import.batch) / "roster.parquet", lambda done, total: None)
            _refuse_other(roster_import, compare(region))
        if roster_import.counts["added"] or roster_import.counts["changed"]:
            day = timezone.localdate(at).isoformat()
            write(at=at, day=day, doer=by.key, source=f"import:{key}", tell=partial(tell, key))
            find(region, at)
            _count_applied()
        reconcile(at)
        _end(roster_import, ImportState.APPLIED, by, at)
        _record(Kind.ROSTER_APPLIED, roster_import, by, at, reason=reason)
    return roster_import


def ask_to_apply(*, key: int, by: Actor) -> None:
    """Show that the worker is about to apply a checked import; nothing is written yet."""
    found = _open(key, by, (ImportState.CHECKED,))
    _progress(key, Scope(found.region), 0, 0)


def settle(*, finding: int, by: Actor, at: datetime, note: str) -> Finding:
    """Close a finding of the clean-up queues with a note that says what was decided."""
    scope.current()
    found = Finding.objects.select_for_update().filter(pk=finding).first()
    if found is None:
        raise RosterError(
            worded("There is no finding %(finding)s in your region; look in the queues.", finding=finding)
        )
    require(by, Act.CORRECT, found.region)
    if not note.strip():
        raise RosterError(worded("A note is missing; say what was decided and why."))
    if found.state != FindingState.OPEN:
        raise RosterError(worded("The finding is settled or gone already; reload the queue."))
    if found.kind == FindingKind.PAY_STATUS_DIFFERS and found.benefit_id:
        raise RosterError(worded("Choose whose pay status holds; a note alone does not settle it."))
    found.state, found.note, found.ended_at, found.ended_label = FindingState.SETTLED, note, at, by.label
    found.save()
    with transaction.atomic():
        record(
            Kind.FINDING_SETTLED, by=by, at=at, on=Subject("finding", str(found.pk), found.region),
            before={"state": "open"}, after={"state": "settled", "kind": found.kind}, reason=note,
        )  # fmt: skip
    return found


def discard(*, key: int, by: Actor, at: datetime, reason: str) -> RosterImport:
    """Put a checked file away without writing any of it."""
    found = _open(key, by, (ImportState.CHECKED, ImportState.FAILED, ImportState.RECEIVED))
    with scope.within(Scope(found.region)):
        roster_import = RosterImport.objects.select_for_update().get(pk=key)
        _end(roster_import, ImportState.DISCARDED, by, at)
        _record(Kind.ROSTER_DISCARDED, roster_import, by, at, reason=reason)
    return roster_import


def fail(*, key: int, sentence: str, by: Actor, at: datetime) -> None:
    """Keep the one sentence that says why the file cannot be used."""
    found = _open(key, by, (ImportState.RECEIVED, ImportState.CHECKED, ImportState.FAILED))
    with scope.within(Scope(found.region)):
        roster_import = RosterImport.objects.select_for_update().get(pk=key)
        roster_import.error = sentence
        _end(roster_import, ImportState.FAILED, by, at)


def _open(key: int, by: Actor, states: tuple[ImportState, ...]) -> RosterImport:
    """The import, found under whichever of the officer's permits allows it."""
    scope_of(by)
    found = None
    for permit in permits_for(by, Act.IMPORT):
        with scope.within(permit.scope or scope_of(by)):
            found = found or RosterImport.objects.filter(pk=key).first()
    if found is None:
        raise RosterError(worded("There is no import %(key)s in your region; look in the list of imports.", key=key))
    if found.state not in states:
        raise RosterError(
            worded("Import %(key)s has come too far for this (%(state)s); upload the file again to start anew.",
                   key=key, state=IMPORT_STATES.get(found.state, found.state))
        )  # fmt: skip
    require(by, Act.IMPORT, found.region)
    return found


def _progress(key: int, region: Scope, done: int, total: int) -> None:
    with scope.within(region):
        RosterImport.objects.filter(pk=key).update(done=done, total=total)


def _refuse_other(shown: RosterImport, counts: dict[str, int]) -> None:
    # a file that was compared by an earlier release tells less
    names = ("added", "changed", "unchanged", "gone", "differs")
    if any(counts[name] != shown.counts.get(name, counts[name]) for name in names):
        raise RosterError(
            worded("The roster has changed since import %(key)s was checked; check the file again.", key=shown.pk)
        )


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGING])


def _count_applied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('roster_applied_seq')")


def _end(roster_import: RosterImport, state: ImportState, by: Actor, at: datetime) -> None:
    roster_import.state, roster_import.ended_at, roster_import.ended_label = state, at, by.label
    roster_import.save()


def _record(kind: Kind, of: RosterImport, by: Actor, at: datetime, reason: str = "") -> None:
    after: dict[str, Any] = {"file": of.file_name, **of.counts}
    with transaction.atomic():
        record(
            kind, by=by, at=at, on=Subject("rosterimport", str(of.pk), of.region), after=after, reason=reason,
            rows=of.counts.get("rows"), content_hash=of.sha256,
        )  # fmt: skip
