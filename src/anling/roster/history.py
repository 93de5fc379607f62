"""The roster as it stood at a past moment.

Rows that nobody has written over since are the current ones; the others lie in the tables of former rows, which the
database fills whatever writes: import, correction, merge, its undoing, pay (migration 0006). A moment is that of the
transaction that wrote: its rows are known from its beginning on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from anling.audit import scope

ROSTER_THEN = "roster_then(%(moment)s, %(region)s)"
"""Relation: benefits that a region prefix within the scope paid, each with its person, as known at a moment. Columns:
id of the benefit, benefit_no, person_id, and what a comparison reads of either."""


_BEGINS = {"app": "roster", "name": "0006_former_rows"}
"""The migration from which on the database keeps what is written over."""


def kept_since() -> datetime:
    """The moment from which on this database keeps former rows; what the roster held before is not known as a whole.

    A database that came from a backup of an older program keeps them from its restore on.
    """
    applied: datetime = MigrationRecorder.Migration.objects.values_list("applied", flat=True).get(**_BEGINS)
    return applied


def known(region: str, moment: datetime) -> bool:
    """Whether a region prefix within the scope paid anybody as far as was known at a moment since `kept_since`."""
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute("SELECT roster_known(%s, %s)", [moment, region])
        return bool(cursor.fetchone()[0])
