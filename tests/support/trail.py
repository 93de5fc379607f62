"""A sealed trail to tamper with, and every way in which an owner of the database might do so."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.db import connections, transaction

from anling.audit.errors import BrokenChainError
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.sealing import seal
from anling.audit.values import machine
from anling.audit.verification import Report, verify
from tests.support.platform import NOW

TABLES = ("audit_entry", "audit_seal")
OWNER = "owner"
"""The strongest role there is: tampering is done, and found, on its connection."""

_KINDS = [kind for kind in Kind if kind != Kind.SEALING_RESUMED]
"""Of an untouched trail; the other one tells of a break."""


def trail(entries: int, head: Path) -> None:
    """Entries of some twenty minutes each, with every field in use, sealed in two goes."""
    for number in range(entries):
        with transaction.atomic():
            record(
                _KINDS[number % len(_KINDS)], by=machine("test"), at=NOW + timedelta(minutes=20 * number),
                on=Subject("benefit", str(number), "440104"), before={"amount": number}, after={"amount": number + 1.5},
                reason=f"理由 {number}", policy_version="2023", rows=number, content_hash=f"{number:064x}",
            )  # fmt: skip
        if number == entries // 2:
            seal(at=NOW + timedelta(minutes=20 * number), head=head)
    seal(at=NOW + timedelta(minutes=20 * entries), head=head)


def _run(sql: str, *values: str | int | None) -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(sql, values)


def _entries(chance: random.Random, count: int) -> list[int]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT entry FROM audit_seal ORDER BY number")
        return chance.sample([entry for (entry,) in cursor.fetchall()], count)


_EDITS = (
    "at = at + interval '1 microsecond'", "kind = kind || '.'", "doer = 'officer:9'", "doer_label = doer_label || ' '",
    "region = '440105'", "object_type = ''", "object_key = object_key || '0'", "before = NULL", "after = NULL",
    "before = '{}'", "after = replace(after::text, '.5', '.50')::jsonb", "reason = ''", "policy_version = '2019'",
    "rows = rows + 1", "rows = NULL", "content_hash = ''", "id = id + 1000000",
)  # fmt: skip
_SEAL_EDITS = (
    "code = repeat('a', 64)", "code = upper(code)", "sealed_at = sealed_at + interval '1 second'",
    "entry = entry + 1000000", "number = number + 1000000",
)  # fmt: skip


def edit_entry(chance: random.Random) -> None:
    """One field of one entry."""
    _run(f"UPDATE audit_entry SET {chance.choice(_EDITS)} WHERE id = %s", *_entries(chance, 1))


def edit_seal(chance: random.Random) -> None:
    """One field of one seal."""
    _run(f"UPDATE audit_seal SET {chance.choice(_SEAL_EDITS)} WHERE entry = %s", *_entries(chance, 1))


def delete_entry(chance: random.Random) -> None:
    """An entry, with or without its seal."""
    (entry,) = _entries(chance, 1)
    _run("DELETE FROM audit_entry WHERE id = %s", entry)
    if chance.random() < 0.5:
        _run("DELETE FROM audit_seal WHERE entry = %s", entry)


def delete_and_renumber(chance: random.Random) -> None:
    """An entry with its seal, and later seals moved up so that no number is missing."""
    (entry,) = _entries(chance, 1)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [entry])
        cursor.execute("DELETE FROM audit_seal WHERE entry = %s RETURNING number", [entry])
        number = cursor.fetchone()[0]
        cursor.execute("UPDATE audit_seal SET number = -(number - 1) WHERE number > %s", [number])
        cursor.execute("UPDATE audit_seal SET number = -number WHERE number < 0")


def reorder(chance: random.Random) -> None:
    """Two entries change their places."""
    one, other = _entries(chance, 2)
    for before, after in ((one, 0), (other, one), (0, other)):
        _run("UPDATE audit_entry SET id = %s WHERE id = %s", after, before)


def swap_seals(chance: random.Random) -> None:
    """Two seals change their numbers."""
    one, other = _entries(chance, 2)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT entry, number FROM audit_seal WHERE entry IN (%s, %s)", [one, other])
        numbers = dict(cursor.fetchall())
        for entry, number in ((one, 0), (other, numbers[one]), (one, numbers[other])):
            cursor.execute("UPDATE audit_seal SET number = %s WHERE entry = %s", [number, entry])


def insert_sealed(chance: random.Random) -> None:
    """A copy of an entry with a seal of its own, in the middle or at the end."""
    (entry,) = _entries(chance, 1)
    _copy(entry, "at")
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT number FROM audit_seal WHERE entry = %s", [entry])
        number = cursor.fetchone()[0] if chance.random() < 0.7 else None
        if number:
            cursor.execute("UPDATE audit_seal SET number = -(number + 1) WHERE number >= %s", [number])
            cursor.execute("UPDATE audit_seal SET number = -number WHERE number < 0")
    _run(
        "INSERT INTO audit_seal (number, entry, code, sealed_at) SELECT coalesce(%s, max(number) + 1),"
        " (SELECT max(id) FROM audit_entry), %s, max(sealed_at) FROM audit_seal",
        number, f"{chance.getrandbits(256):064x}",
    )  # fmt: skip


def insert_backdated(chance: random.Random) -> None:
    """An entry without a seal that claims to be older than a day beside the newest."""
    (entry,) = _entries(chance, 1)
    _copy(entry, f"'{NOW.isoformat()}'::timestamptz - interval '{chance.randrange(60)} minutes'")


def _copy(entry: int, at: str) -> None:
    _run(
        "INSERT INTO audit_entry (at, kind, doer, doer_label, region, object_type, object_key, before, after, reason,"
        f" policy_version, rows, content_hash) SELECT {at}, kind, doer, doer_label, region, object_type, object_key,"
        " before, after, reason, policy_version, rows, content_hash FROM audit_entry WHERE id = %s", entry,
    )  # fmt: skip


def cut_tail(chance: random.Random) -> None:
    """The last seals, with or without their entries."""
    count = chance.randrange(1, 20)
    last = "SELECT entry FROM audit_seal ORDER BY number DESC LIMIT %s"
    if chance.random() < 0.5:
        _run(f"DELETE FROM audit_entry WHERE id IN ({last})", count)
    _run(f"DELETE FROM audit_seal WHERE entry IN ({last})", count)


def empty_chain(chance: random.Random) -> None:
    """Every seal, so that a chain might begin anew."""
    del chance
    _run("TRUNCATE audit_seal")


def cut_and_edit(chance: random.Random) -> None:
    """The last seals and one of their entries changed, so that sealing might put it into the chain as it is now."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE number > (SELECT max(number) FROM audit_seal) - %s"
                       " RETURNING entry", [chance.randrange(1, 20)])  # fmt: skip
        entry = chance.choice(cursor.fetchall())[0]
    _run(f"UPDATE audit_entry SET {chance.choice(_EDITS)} WHERE id = %s", entry)


WAYS: tuple[Callable[[random.Random], None], ...] = (
    edit_entry, edit_seal, delete_entry, delete_and_renumber, reorder, swap_seals, insert_sealed, insert_backdated,
    cut_tail, cut_and_edit, empty_chain,
)  # fmt: skip


def unfound(count: int, seed: int, head: Path) -> tuple[list[str], int]:
    """Tamper so many times, each time undone again; what was not found, by name and number, and how often it was.

    Each is found twice: at once, and after the sealer has had its turn with an entry written meanwhile.
    """
    chance, missed, found = random.Random(seed), [], 0
    with connections[OWNER].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TEMPORARY TABLE was_{table} AS TABLE {table}")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_refuse")
    try:
        for number in range(count):
            way = chance.choice(WAYS)
            reports = _tampered(way, chance, head)
            whole = [when for when, report in zip(("at once", "sealed"), reports, strict=True) if report.whole]
            found += not whole
            missed += [f"{way.__name__} {number} {when}" for when in whole]
    finally:
        with connections[OWNER].cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DROP TABLE was_{table}")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_refuse")
    return missed, found


def _tampered(way: Callable[[random.Random], None], chance: random.Random, head: Path) -> tuple[Report, Report]:
    kept = head.read_bytes()
    try:
        with transaction.atomic(using=OWNER):
            way(chance)
        at_once = verify(head=head, using=OWNER)
        with transaction.atomic():
            record(Kind.TERRITORY_LOADED, by=machine("test"), at=NOW + timedelta(minutes=20 * 120))
        with suppress(BrokenChainError):
            seal(at=NOW + timedelta(minutes=20 * 120), head=head, using=OWNER)
        return at_once, verify(head=head, using=OWNER)
    finally:
        head.write_bytes(kept)
        _put_back()


def _put_back() -> None:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
        for table in TABLES:
            cursor.execute(f"INSERT INTO {table} TABLE was_{table}")
