"""Whether a failure is the database's absence, and not a fault of what was asked."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError, connection


def database_lost(error: BaseException | None) -> bool:
    """Whether an error came because there is no connection to the database, or no longer.

    An OperationalError alone says little: a deadlock and a full disk are told by a server that lives.
    """
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    return connection.connection is None or bool(connection.connection.closed)
