"""A sealed trail to tamper with, and every way in which an owner of the database might do so."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import connections, transaction

from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.sealing import seal
from anling.audit.values import machine
from anling.audit.verification import Report, verify
from tests.support.platform import NOW

OWNER = "owner"
"""The strongest role there is: tampering is done, and found, on its connection."""


def trail(entries: int, head: Path) -> None:
    """Entries of some twenty minutes each, with every field in use, sealed in two goes."""
    for number in range(entries):
        with transaction.atomic():
            record(
                list(Kind)[number % len(Kind)], by=machine("test"), at=NOW + timedelta(minutes=20 * number),
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


WAYS: tuple[Callable[[random.Random], None], ...] = (
    edit_entry, edit_seal, delete_entry, delete_and_renumber, reorder, swap_seals, insert_sealed, insert_backdated,
    cut_tail,
)  # fmt: skip


def unfound(count: int, seed: int, head: Path) -> tuple[list[str], int]:
    """Tamper so many times, each time undone again; what was not found, by name and number, and how often it was."""
    chance, missed, found = random.Random(seed), [], 0
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_refuse")
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER audit_refuse")
    try:
        for number in range(count):
            way = chance.choice(WAYS)
            report = _tampered(way, chance, head)
            found += not report.whole
            missed += [f"{way.__name__} {number}"] if report.whole else []
    finally:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_refuse")
            cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER audit_refuse")
    return missed, found


def _tampered(way: Callable[[random.Random], None], chance: random.Random, head: Path) -> Report:
    with transaction.atomic(using=OWNER):
        way(chance)
        report = verify(head=head, using=OWNER)
        transaction.set_rollback(True, using=OWNER)
    return report
