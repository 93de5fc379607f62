"""Sealing: entries that have been committed are put into the chain, in the order in which this happens.

Writers know nothing of it and never wait: numbers are given here, by one process at a time. A chain that does not end
where the head file says is left as it is (ADR 0009): sealing on would make a head that fits what somebody changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from anling.audit.chain import COLUMNS, START, Head, Kept, code, head_path, key, microseconds, read_head, write_head
from anling.audit.errors import BrokenChainError
from anling.audit.locks import SEALING
from anling.audit.models import Seal

BATCH = 5_000
WINDOW = 100_000
"""How far below the newest sealed entry late ones are looked for every time; `seal_everything` looks at all."""
_LOOKS, _PAUSE = 5, 0.1
"""How often, and with how many seconds between, head file and database are compared while another process may seal."""

_UNSEALED = f"""
    SELECT {COLUMNS} FROM audit_entry e
    WHERE e.id > %s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry = e.id) ORDER BY e.id LIMIT %s
"""


def seal(*, at: datetime, head: Path | None = None, window: int | None = WINDOW, using: str = DEFAULT_DB_ALIAS) -> int:
    """Seal what is committed and unsealed, in batches, each in one transaction; returns how many were sealed.

    head: the file that keeps the newest seal, by default this installation's. window: None looks at every entry,
    however old. Another process that seals meanwhile makes this return 0. Raises BrokenChainError, and seals nothing,
    where the chain does not end as the head file says.
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


def broken(*, head: Path | None = None, using: str = DEFAULT_DB_ALIAS) -> str:
    """The sentence that says how chain and head file differ, '' where they agree, even while another process seals."""
    said = ""
    for look in range(_LOOKS):
        if look:
            time.sleep(_PAUSE)
        try:
            _agreed(head or head_path(), using)
        except BrokenChainError as error:
            said = str(error)
        else:
            return ""
    return said


def _agreed(path: Path, using: str) -> tuple[Head, bool]:
    """The last seal, which is where the head file says, and whether that file tells of a batch under way."""
    try:
        kept = read_head(path)
    except ValueError as error:
        raise BrokenChainError(f"The head file {path} holds no head: it was damaged or overwritten.") from error
    last = newest(using)
    if kept is None and last.number:
        raise BrokenChainError(f"The head file {path} is gone, and the chain ends with seal {last.number}.")
    if kept and not kept.allows(last):
        raise BrokenChainError(
            f"The chain ends with seal {last.number}, {last.code[:12]}…; the head file says seal {kept.head.number}, "
            f"{kept.head.code[:12]}…: seals were removed, replaced or put in, or one of the two was set back."
        )
    return last, bool(kept and kept.coming)


def _batch(at: datetime, path: Path, window: int | None, using: str) -> int:
    with transaction.atomic(using=using, durable=True):
        last, under_way = _agreed(path, using)
        with connections[using].cursor() as cursor:
            cursor.execute(_UNSEALED, [_lowest(window, using), BATCH])
            rows = cursor.fetchall()
        seals, before = [], last.code
        for number, fields in enumerate(rows, last.number + 1):
            before = code(number, fields[0], fields, microseconds(at), before, key=key())
            seals.append(Seal(number=number, entry=fields[0], code=before, sealed_at=at))
        Seal.objects.using(using).bulk_create(seals, batch_size=1_000)
        if seals:  # before the commit: whatever dies now, the file tells of both ends that the chain may have
            write_head(path, Kept(last, Head(seals[-1].number, before, at)))
    if seals:
        write_head(path, Kept(Head(seals[-1].number, before, at)))
    elif under_way:  # by a process that died: from now on one end alone is right
        write_head(path, Kept(last))
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
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SEALING])
        free = bool(cursor.fetchone()[0])
        try:
            yield free
        finally:
            if free:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SEALING])
