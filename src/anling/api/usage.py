"""How many requests a caller may send in a minute, counted by PostgreSQL over all processes of the server.

One statement counts and tells: the cache's own counter reads, then writes, and would lose requests that come together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

SECONDS = 60
_COUNT = (
    "INSERT INTO api_usage (caller, minute, requests) VALUES (%s, %s, 1)"
    " ON CONFLICT (caller, minute) DO UPDATE SET requests = api_usage.requests + 1 RETURNING requests"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands in the running minute. wait: seconds until the next one."""

    limit: int
    used: int
    wait: int

    @property
    def over(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them, and Retry-After where the request is refused."""
        told = {
            "RateLimit-Policy": f'"minute";q={self.limit};w={SECONDS}',
            "RateLimit": f'"minute";r={max(0, self.limit - self.used)};t={self.wait}',
        }
        return {**told, "Retry-After": str(self.wait)} if self.over else told


def count(caller: str, limit: int, at: datetime) -> Standing:
    """Count one more request of a caller in the minute of `at`."""
    seconds = int(at.timestamp())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [caller[:80], seconds // SECONDS])
        (used,) = cursor.fetchone()
    return Standing(limit, used, SECONDS - seconds % SECONDS)


def forget(at: datetime) -> None:
    """Remove the counts of minutes that ended more than an hour ago."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_usage WHERE minute < %s", [int(at.timestamp()) // SECONDS - 60])
