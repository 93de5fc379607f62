"""Operations and queries on a real PostgreSQL."""

from tests.support.platform import database, db, flushed
from tests.support.province import finished, office

__all__ = ["database", "db", "finished", "flushed", "office"]
