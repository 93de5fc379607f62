"""The head file put right: after a restore, by the rule; after a break, by a person who answers for it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from anling.audit.chain import COLUMNS, START, Head, Kept, code, head_path, key, read_head, write_head
from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.sealing import newest
from anling.audit.values import Actor

_FROM = f"""
    SELECT s.number, s.entry, s.code, (extract(epoch FROM s.sealed_at) * 1000000)::bigint, {COLUMNS}
    FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry WHERE s.number > %s ORDER BY s.number
"""


def follow(*, head: Path | None = None, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Move the head file of a backup, which is older than its dump, to the end of the chain; whether it is there now.

    It moves only where the seal that it names stands in the chain and every later one was made with our key, so a chain
    that was cut or made anew before the backup stays broken.
    """
    path = head or head_path()
    try:
        kept, last = read_head(path), newest(using)
    except ValueError:
        return False
    if kept is None:
        return last.number == 0
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT code FROM audit_seal WHERE number = %s", [kept.head.number])
        before = (cursor.fetchone() or (START if kept.head.number == 0 else "",))[0]
        if before != kept.head.code:
            return False
        cursor.execute(_FROM, [kept.head.number])
        for expected, (number, entry, said, sealed_at, *fields) in enumerate(cursor, kept.head.number + 1):
            if number != expected or code(number, entry, tuple(fields), sealed_at, before, key=key()) != said:
                return False
            before = said
    write_head(path, Kept(last))
    return True


@transaction.atomic
def take_up(*, reason: str, found: str, by: Actor, at: datetime) -> Head:
    """Go on sealing behind the chain as the database has it; the entry says so for ever, and verification tells it.

    found: how chain and head file differ. Part of `access.trail.resume_sealing`, which asks who may.
    """
    last = newest()
    record(Kind.SEALING_RESUMED, by=by, at=at, before={"found": found}, after={"seal": last.number}, reason=reason)
    transaction.on_commit(lambda: write_head(head_path(), Kept(last)))
    return last
