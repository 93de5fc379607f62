"""Operations and queries on a real PostgreSQL."""

from tests.support.platform import database, db, flushed

__all__ = ["database", "db", "flushed"]
