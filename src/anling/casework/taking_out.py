"""Cases leave the program as files and on paper: each time an act that is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.casework.models import Case
from anling.casework.queries.wanted import Wanted

MOST_EXPORTED = 50_000
MOST_SHEETS = 100


@transaction.atomic
def note_export(*, wanted: Wanted, rows: int, content_hash: str, by: Actor, at: datetime) -> None:
    """Record that a filtered work list was taken out as a file, with its SHA-256. Raises NotAllowedError."""
    require(by, Act.EXPORT_LISTS, wanted.prefix)
    record(
        Kind.CASES_EXPORTED, by=by, at=at, on=Subject("cases", "", wanted.prefix), after=wanted.told(), rows=rows,
        content_hash=content_hash,
    )  # fmt: skip


@transaction.atomic
def note_sheets(*, cases: Sequence[Case], by: Actor, at: datetime) -> None:
    """Record that check sheets were printed, which tell address and phone in clear. Raises NotAllowedError."""
    within = scope.current()
    for region in {case.region for case in cases}:
        require(by, Act.WORK_CASES, region)
    keys = " ".join(str(case.pk) for case in sorted(cases, key=lambda case: case.pk))
    record(
        Kind.SHEETS_PRINTED, by=by, at=at, on=Subject("cases", keys[:80], within.prefix), rows=len(cases),
        content_hash=sha256(keys.encode()).hexdigest(),
    )  # fmt: skip
