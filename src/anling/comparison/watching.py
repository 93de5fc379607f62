"""What a run or a what-if at work says of itself while its transaction is still open, and how it hears of a stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from anling.audit.locks import RUN, WHAT_IF
from anling.audit.scope import SETTING
from anling.audit.values import Scope
from anling.comparison.errors import CancelledError

EVERY = 1.0
"""Seconds between two messages."""
_LOCKS = {"comparison_run": RUN, "comparison_whatif": WHAT_IF}
"""First half of the lock that one process holds on a row of a table of work."""


class Watch:
    """The work's own line to the database, beside its transaction: each message holds at once. table: one of _LOCKS."""

    def __init__(self, connection: BaseDatabaseWrapper, key: int, table: str = "comparison_run") -> None:
        self._connection, self._table, self._key, self._next = connection, table, key, 0.0

    def mine(self) -> bool:
        """Whether no other living process works on this; it stays ours until the watch ends."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS[self._table], self._key])
            return bool(cursor.fetchone()[0])

    def progress(self, label: str, done: int, total: int) -> None:
        """Write where the work is, at most once a second. Raises CancelledError once an officer has asked for it."""
        if time.monotonic() < self._next:
            return
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self._table} SET label = %s, done = %s, total = %s WHERE id = %s RETURNING cancel_asked",
                [label.partition("/")[0][:80], done, total, self._key],
            )
            told = cursor.fetchone()
        self._next = time.monotonic() + EVERY
        if told and told[0]:
            raise CancelledError

    def ask(self) -> None:
        """Raises CancelledError once an officer has asked for it, however short ago the last message was."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT cancel_asked FROM {self._table} WHERE id = %s", [self._key])
            told = cursor.fetchone()
        if told and told[0]:
            raise CancelledError


@contextmanager
def watching(key: int, region: str, table: str = "comparison_run") -> Iterator[Watch]:
    """A connection of its own, in the scope of the work, which holds each statement by itself."""
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, str(Scope(region))])
        yield Watch(connection, key, table)
    finally:
        connection.close()
