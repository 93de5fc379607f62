"""How far an import that is applied has come, told out of its transaction, which nobody sees into.

The name that a session gives itself is seen at once by every other session, and is gone with the transaction or with
the session: nothing is left behind by a worker that is killed.
"""

from __future__ import annotations

import re

from django.db import connection

_NAME = "anling import {key}: {done}/{total}"
_SAID = re.compile(r"anling import (?P<key>[0-9]+): (?P<done>[0-9]+)/(?P<total>[0-9]+)")


def tell(key: int, done: int, total: int) -> None:
    """Say, in the running transaction, how many of its rows an import has written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('application_name', %s, true)", [_NAME.format(key=key, done=done, total=total)]
        )


def heard(key: int) -> tuple[int, int]:
    """Rows written and rows to write of an import that is applied right now; 0 and 0 where none is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
            " AND starts_with(application_name, 'anling import ')"
        )
        said = (_SAID.fullmatch(name) for (name,) in cursor.fetchall())
        return next(((int(it["done"]), int(it["total"])) for it in said if it and int(it["key"]) == key), (0, 0))
