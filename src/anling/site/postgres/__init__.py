"""The embedded PostgreSQL: the wheel's binaries under our own supervision (docs/adr/0007)."""

from anling.site.postgres.cluster import address
from anling.site.postgres.server import ensure, stop

__all__ = ["address", "ensure", "stop"]
