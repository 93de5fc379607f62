"""Reading the trail. It names regions and keys and no recipient's number, so it has no region scope.

Pages ask for the act READ_TRAIL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from anling.audit.models import Entry, Verification
from anling.audit.sealing import WINDOW, broken, newest


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are asked for; empty means any. region: a code or a prefix; since, until: the second excluded."""

    kind: str = ""
    doer: str = ""
    region: str = ""
    object_type: str = ""
    object_key: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def told(self) -> dict[str, str]:
        """What was asked for, as an entry tells it."""
        asked = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asked.items() if value
        }


@dataclass(frozen=True, slots=True)
class State:
    """The chain as it stands. unsealed: entries that wait for their seal; last: the newest verification.

    broken: how the chain differs from its head file, so that nothing is sealed; '' where they agree.
    """

    sealed: int
    last_sealed_at: datetime | None
    unsealed: int
    last: Verification | None
    broken: str


def entries(sought: Sought, *, below: int | None = None, size: int = 50) -> tuple[list[Entry], int | None]:
    """The newest entries, and below which id the next ones are (None at the end): no page costs more than the first."""
    found = _sought(sought)
    if below is not None:
        found = found.filter(pk__lt=below)
    rows = list(found.order_by("-pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def listed(sought: Sought) -> QuerySet[Entry]:
    """All entries that are sought, the newest first, for a table that is sorted otherwise."""
    return _sought(sought).order_by("-pk")


def newest_of(kind: str, *, size: int = 1) -> list[Entry]:
    """The newest entries of one kind, such as backups; they name no person."""
    return list(Entry.objects.filter(kind=kind).order_by("-pk")[:size])


def entry(key: int) -> Entry | None:
    """One entry."""
    return Entry.objects.filter(pk=key).first()


def seal_number(key: int) -> int | None:
    """The number under which an entry is sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM audit_seal WHERE entry = %s", [key])
        row = cursor.fetchone()
    return row[0] if row else None


def all_entries(sought: Sought) -> Iterator[Entry]:
    """All of them, the oldest first, with flat memory; needs a transaction."""
    return _sought(sought).order_by("pk").iterator(chunk_size=2_000)


def count(sought: Sought, *, at_most: int) -> int:
    """How many entries are sought, counted no further than said."""
    return _sought(sought)[:at_most].count()


def state() -> State:
    """The chain as it stands; looks for unsealed entries as far back as sealing does."""
    head = newest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry e WHERE e.id > (SELECT coalesce(max(entry), 0) FROM audit_seal) - %s"
            " AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry = e.id)",
            [WINDOW],
        )
        unsealed = cursor.fetchone()[0]
    return State(head.number, head.sealed_at, unsealed, Verification.objects.order_by("-pk").first(), broken())


def _sought(sought: Sought) -> QuerySet[Entry]:
    equal: dict[str, Any] = {
        name: value for name in ("kind", "doer", "object_type", "object_key") if (value := getattr(sought, name))
    }
    found = Entry.objects.filter(**equal)
    if sought.region:
        found = found.filter(region__gte=sought.region, region__lt=sought.region + "~")
    if sought.since:
        found = found.filter(at__gte=sought.since)
    if sought.until:
        found = found.filter(at__lt=sought.until)
    return found
