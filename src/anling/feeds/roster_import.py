"""Roster files into the database: intake reads and checks them with DuckDB, the roster room compares and writes.

The roster lies further in than intake, so the verb that spans both is here; pages, the command and the worker call it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from anling.access.queries import actor_by_key
from anling.audit.scope import within as within_scope
from anling.audit.values import Actor, Scope
from anling.audit.wording import in_both, worded
from anling.engines.errors import OutOfMemoryError
from anling.feeds.intake import InputError, Intake
from anling.passes.operations import adopt_imported
from anling.policy import load
from anling.roster import operations
from anling.roster.errors import RosterError
from anling.roster.models import RosterImport
from anling.roster.operations import Normalised, Stage

MEMORY = "800MB"
"""For the engine while it reads a roster; beside a server that goes on answering."""


def folder_of(home: Path, key: int) -> Path:
    """Where the uploaded file and the lists of an import lie."""
    return home / "imports" / str(key)


def check_file(*, key: int, path: Path, home: Path, by: Actor, at: datetime) -> tuple[RosterImport, Stage]:
    """Read a file and compare it with the tables. Raises InputError with the sentence that the import keeps, too."""
    try:
        batch = Intake(home / "store", load(), memory_limit=MEMORY).roster(path)
        rows = Normalised(batch.folder, batch.sha256, batch.rejected)
        return operations.check(key=key, rows=rows, lists=folder_of(home, key), by=by, at=at)
    except OutOfMemoryError as error:
        sentence = worded(
            "The memory for reading a roster does not suffice; free disk space, or divide the file by city."
        )
        operations.fail(key=key, sentence=in_both(sentence), by=by, at=at)
        raise InputError(in_both(sentence)) from error
    except (InputError, RosterError) as error:
        operations.fail(key=key, sentence=in_both(error), by=by, at=at)
        raise


def receive_upload(
    *, file_name: str, chunks: Iterable[bytes], home: Path, by: Actor, at: datetime, within: Scope | None = None
) -> RosterImport:
    """Keep an uploaded file and have the worker check it."""
    received = operations.receive(file_name=file_name, by=by, at=at, within=within)
    folder = folder_of(home, received.pk)
    shutil.rmtree(folder, ignore_errors=True)  # of an import whose transaction did not hold
    file = folder / "received" / Path(file_name).name  # apart from our lists, whatever name it came with
    file.parent.mkdir(parents=True)
    with file.open("wb") as kept:
        kept.writelines(chunks)
    check_job.defer(key=received.pk, path=str(file), home=str(home), officer=by.key)
    return received


@transaction.atomic
def apply_file(*, key: int, by: Actor, at: datetime, reason: str = "", stage_of: Stage | None = None) -> RosterImport:
    """Write a checked file; months of passes that are newer than ours become passes of way `imported` (platform.md).

    Raises as roster.operations.apply. Again it changes nothing.
    """
    applied = operations.apply(key=key, by=by, at=at, reason=reason, stage_of=stage_of)
    with within_scope(Scope(applied.region)):
        adopt_imported(source=f"import:{key}", by=by, at=at)
    return applied


def apply_later(*, key: int, by: Actor, reason: str) -> None:
    """Have the worker apply a checked import."""
    operations.ask_to_apply(key=key, by=by)
    apply_job.defer(key=key, officer=by.key, reason=reason)


@app.task(name="roster.check", queue="imports")
def check_job(key: int, path: str, home: str, officer: str) -> None:
    """Check an uploaded file; what is wrong with it is told on its page."""
    by = actor_by_key(officer, timezone.localdate())
    if not operations.is_unread(key=key, by=by):
        return  # a worker that was killed between its last word and the end of its job
    try:
        check_file(key=key, path=Path(path), home=Path(home), by=by, at=timezone.now())
    except (InputError, RosterError):
        return  # kept with the import


@app.task(name="roster.apply", queue="imports")
def apply_job(key: int, officer: str, reason: str) -> None:
    """Apply a checked import."""
    by = actor_by_key(officer, timezone.localdate())
    try:
        apply_file(key=key, by=by, at=timezone.now(), reason=reason)
    except RosterError as error:
        operations.fail(key=key, sentence=in_both(error), by=by, at=timezone.now())
