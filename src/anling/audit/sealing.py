"""Sealing: entries that have been committed are put into the chain, in the order in which this happens.

Writers know nothing of it and never wait: numbers are given here, by one process at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from anling.audit.chain import COLUMNS, START, Head, code, head_path, key, microseconds, write_head
from anling.audit.models import Seal

LOCK = 7_321_106
"""PostgreSQL's advisory lock under which one process seals; others leave it to that one."""
BATCH = 5_000
WINDOW = 100_000
"""How far below the newest sealed entry late ones are looked for every time; `seal_everything` looks at all."""

_UNSEALED = f"""
    SELECT {COLUMNS} FROM audit_entry e
    WHERE e.id > %s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry = e.id) ORDER BY e.id LIMIT %s
"""


def seal(*, at: datetime, head: Path | None = None, window: int | None = WINDOW, using: str = DEFAULT_DB_ALIAS) -> int:
    """Seal what is committed and unsealed, in batches, each in one transaction; returns how many were sealed.

    head: the file that keeps the newest seal, by default this installation's. window: None looks at every entry,
    however old. Another process that seals meanwhile makes this return 0.
    """
    done = 0
    with _alone(using) as free:
        while free and (sealed := _batch(at, head or head_path(), window, using)):
            done += sealed
    return done


def newest(using: str = DEFAULT_DB_ALIAS) -> Head:
    """The last seal in the database."""
    last = Seal.objects.using(using).order_by("-number").first()
    return Head(last.number, last.code, last.sealed_at) if last else Head(0, START)


def _batch(at: datetime, head: Path, window: int | None, using: str) -> int:
    with transaction.atomic(using=using, durable=True):
        last = newest(using)
        with connections[using].cursor() as cursor:
            cursor.execute(_UNSEALED, [_lowest(window, using), BATCH])
            rows = cursor.fetchall()
        seals, before = [], last.code
        for number, fields in enumerate(rows, last.number + 1):
            before = code(number, fields[0], fields, microseconds(at), before, key=key())
            seals.append(Seal(number=number, entry=fields[0], code=before, sealed_at=at))
        Seal.objects.using(using).bulk_create(seals, batch_size=1_000)
    if seals:  # after the commit: the head never names a seal that the database may not have
        write_head(head, Head(seals[-1].number, before, at))
    return len(seals)


def _lowest(window: int | None, using: str) -> int:
    if window is None:
        return 0
    highest = Seal.objects.using(using).order_by("-entry").values_list("entry", flat=True).first()
    return max(0, (highest or 0) - window)


@contextmanager
def _alone(using: str) -> Iterator[bool]:
    """Whether this process seals now; the lock outlasts the commit, so that heads are written in order too."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        free = bool(cursor.fetchone()[0])
        try:
            yield free
        finally:
            if free:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
