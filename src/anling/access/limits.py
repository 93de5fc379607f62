"""How often somebody may try: counted by PostgreSQL over all processes, in tables of their own, so that no flood of
invented names pushes a count out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connection

_COUNT = (
    "INSERT INTO access_attempt (caller, until, attempts) VALUES (%s, %s, 1)"
    " ON CONFLICT (caller, until) DO UPDATE SET attempts = access_attempt.attempts + 1 RETURNING attempts"
)


def within_limit(caller: str, *, most: int, of: timedelta, at: datetime) -> bool:
    """Count one more attempt of a caller in the running stretch of time; whether it is within the limit.

    Stretches of an hour begin at the full hour. Of the caller only a hash is kept.
    """
    seconds = int(of.total_seconds())
    until = datetime.fromtimestamp((int(at.timestamp()) // seconds + 1) * seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [sha256(caller.encode()).hexdigest(), until])
        (attempts,) = cursor.fetchone()
    return bool(attempts <= most)


def forget(at: datetime) -> None:
    """Remove the counts of stretches that have ended."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_attempt WHERE until <= %s", [at])


class LimitCache(DatabaseCache):
    """Where allauth counts failures to sign in: a cache that loses what has expired, and nothing else.

    Django's own drops a third of all rows once there are MAX_ENTRIES, whatever they hold.
    """

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        del db, num
        cursor.execute(f"DELETE FROM {self._table} WHERE expires < %s", [now])  # type: ignore[attr-defined]
