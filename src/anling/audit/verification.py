"""Verification: the chain is read once from its first seal to its last, and every entry held against its seal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from anling.audit.chain import COLUMNS, START, Head, code, head_path, key, microseconds, moment, read_head
from anling.audit.kinds import Kind

TOLD = 100
"""How many findings are told one by one; the rest is counted."""
LATE = timedelta(days=1)
"""No act takes longer: an entry that claims an older time than this, beside entries sealed before it, was put in."""
CHUNK = 2_000

_CHAIN = f"""
    SELECT s.number, s.entry, s.code, (extract(epoch FROM s.sealed_at) * 1000000)::bigint, {COLUMNS}
    FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry
    WHERE s.number > %s ORDER BY s.number LIMIT %s
"""
_UNSEALED = """
    FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry = e.id)
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found. sealed: seals read; findings: one sentence each, `more` of them not told."""

    sealed: int
    last_sealed_at: datetime | None
    unsealed: int
    unsealed_ids: tuple[int, int] | None
    findings: tuple[str, ...]
    more: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(slots=True)
class _Reading:
    """Where the reading stands."""

    heads: dict[int, list[str]]
    findings: list[str] = field(default_factory=list)
    more: int = 0
    number: int = 0
    code: str = START
    sealed_at: int | None = None
    newest: int = 0

    def tell(self, sentence: str) -> None:
        if len(self.findings) < TOLD:
            self.findings.append(sentence)
        else:
            self.more += 1


def verify(
    *,
    head: Path | None = None,
    kept_elsewhere: Sequence[Head] = (),
    using: str = DEFAULT_DB_ALIAS,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Read the whole chain with flat memory and report everything that was altered, removed, reordered or put in.

    head: the file with the newest head, by default this installation's; it and the heads kept elsewhere must be in the
    chain, and a chain that ends before one of them was cut. progress: called with the number of seals read so far.
    """
    reading = _Reading({})
    path = head or head_path()
    for kept in (*_kept(reading, path), *kept_elsewhere):
        reading.heads.setdefault(kept.number, []).append(kept.code)
    secret = key()
    for rows in _pieces(using):
        for row in rows:
            _read(reading, row, secret)
        if progress:
            progress(reading.number)
    unsealed, ids = _unsealed(reading, using)
    _end(reading)
    if reading.number and not path.exists():  # asked at the end: the first seal of all may have been made meanwhile
        reading.tell(f"The head file {path} is gone: whether the chain was cut cannot be told.")
    at = None if reading.sealed_at is None else moment(reading.sealed_at)
    return Report(reading.number, at, unsealed, ids, tuple(reading.findings), reading.more)


def _kept(reading: _Reading, path: Path) -> Iterator[Head]:
    try:
        kept = read_head(path)
    except ValueError:
        reading.tell(f"The head file {path} holds no head: it was damaged or overwritten.")
        return
    if kept is not None:
        yield kept.head


def _pieces(using: str) -> Iterator[list[tuple[Any, ...]]]:
    """The chain in pieces, each a statement of its own: nothing is held in memory or open while it is read."""
    last = -(2**63)
    with connections[using].cursor() as cursor:
        while True:
            cursor.execute(_CHAIN, [last, CHUNK])
            rows = cursor.fetchall()
            if rows:
                last = rows[-1][0]
                yield rows
            if len(rows) < CHUNK:
                return


def _read(reading: _Reading, row: tuple[Any, ...], secret: str) -> None:
    number, entry, said, sealed_at, *fields = row
    if number != reading.number + 1:
        missing = f"{reading.number + 1}" if number == reading.number + 2 else f"{reading.number + 1} to {number - 1}"
        reading.tell(f"Seal {missing} is gone.")
    if fields[0] is None:
        reading.tell(f"Entry {entry}, sealed as number {number}, is gone.")
    elif code(number, entry, tuple(fields), sealed_at, reading.code, key=secret) != said:
        reading.tell(f"Entry {entry} or its seal, number {number}, was altered, moved or put in.")
    elif fields[1] < reading.newest - LATE // timedelta(microseconds=1):
        reading.tell(_backdated(entry, fields[1]))
    if fields[2] == Kind.SEALING_RESUMED:
        reading.tell(f"The chain was broken once and sealed on by an officer: entry {entry} says who, when and why.")
    for expected in reading.heads.pop(number, ()):
        if expected != said:
            reading.tell(
                f"Seal {number} is not the one whose code was kept outside the database: the chain was made anew."
            )
    reading.number, reading.code, reading.sealed_at = number, said, sealed_at
    reading.newest = max(reading.newest, fields[1] or 0)


def _backdated(entry: int, at: int) -> str:
    return (
        f"Entry {entry} claims to be of {moment(at):%Y-%m-%d %H:%M} UTC, a day or more before entries sealed earlier."
    )


def _unsealed(reading: _Reading, using: str) -> tuple[int, tuple[int, int] | None]:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(e.id), max(e.id) {_UNSEALED}")
        count, low, high = cursor.fetchone()
        if count and reading.newest:
            cursor.execute(
                f"SELECT e.id, e.at {_UNSEALED} AND e.at < %s ORDER BY e.id LIMIT %s",
                [moment(reading.newest) - LATE, TOLD],
            )
            for entry, at in cursor.fetchall():
                reading.tell(_backdated(entry, microseconds(at)))
    return count, (low, high) if count else None


def _end(reading: _Reading) -> None:
    for number in sorted(reading.heads):
        if number > reading.number:
            reading.tell(
                f"The chain ends with seal {reading.number}; the kept head is seal {number}: its tail was cut."
            )
        elif number:
            reading.tell(f"Seal {number}, which was kept outside the database, is gone.")
