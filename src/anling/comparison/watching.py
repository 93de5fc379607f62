"""What a run at work says of itself while its own transaction is still open, and how it hears that it is to stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from anling.audit.scope import SETTING
from anling.audit.values import Scope
from anling.comparison.errors import CancelledError

EVERY = 1.0
"""Seconds between two messages."""
_LOCK = 7_321_106
"""First half of the advisory lock that one process holds on a run; PostgreSQL lets go of it when the process dies."""
_SAY = """
UPDATE comparison_run SET label = %s, done = %s, total = %s WHERE id = %s RETURNING cancel_asked
"""


class Watch:
    """The run's own line to the database, beside the transaction of its work: every message holds at once."""

    def __init__(self, connection: BaseDatabaseWrapper, run: int) -> None:
        self._connection, self._run, self._next = connection, run, 0.0

    def mine(self) -> bool:
        """Whether no other living process works on this run; it stays ours until the watch ends."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, self._run])
            return bool(cursor.fetchone()[0])

    def progress(self, label: str, done: int, total: int) -> None:
        """Write where the run is, at most once a second. Raises CancelledError once an officer has asked for it."""
        if time.monotonic() < self._next:
            return
        with self._connection.cursor() as cursor:
            cursor.execute(_SAY, [label.partition("/")[0][:80], done, total, self._run])
            told = cursor.fetchone()
        self._next = time.monotonic() + EVERY
        if told and told[0]:
            raise CancelledError

    def ask(self) -> None:
        """Raises CancelledError once an officer has asked for it, however short ago the last message was."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT cancel_asked FROM comparison_run WHERE id = %s", [self._run])
            told = cursor.fetchone()
        if told and told[0]:
            raise CancelledError


@contextmanager
def watching(run: int, region: str) -> Iterator[Watch]:
    """A connection of its own, in the scope of the run, which holds each statement by itself."""
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, str(Scope(region))])
        yield Watch(connection, run)
    finally:
        connection.close()
