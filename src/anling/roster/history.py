"""The roster as it stood at a past moment, as relations for statements of SQL (%(moment)s), read as they were written.

Rows that nobody has written over since are the current ones; the others lie in the tables of former rows, which the
database fills whatever writes: import, correction, merge, its undoing, pay (migration 0006). A moment is that of the
transaction that wrote: its rows are known from its beginning on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from anling.audit import scope
from anling.audit.values import Scope

_PERSON = "id_type, id_number, name, sex, birth_date"
_BENEFIT = (
    "person_id, person_no, agency, scheme, region, residence_region, unit, application_month, approval_month,"
    " benefit_start, pay_status, suspend_reason"
)
_THEN = "since <= %(moment)s AND until > %(moment)s"
PEOPLE_THEN = f"""(
  SELECT id, {_PERSON} FROM roster_person WHERE updated_at <= %(moment)s
  UNION ALL SELECT person_id, {_PERSON} FROM roster_formerperson WHERE {_THEN}
)"""
"""id and what a comparison reads of a person."""
BENEFITS_THEN = f"""(
  SELECT id, benefit_no, {_BENEFIT} FROM roster_benefit WHERE updated_at <= %(moment)s
  UNION ALL SELECT f.benefit_id, b.benefit_no, {", ".join(f"f.{name}" for name in _BENEFIT.split(", "))}
  FROM roster_formerbenefit AS f JOIN roster_benefit AS b ON b.id = f.benefit_id
  WHERE f.since <= %(moment)s AND f.until > %(moment)s
)"""
"""id, benefit_no and what a comparison reads of a benefit. Its paying region of today must lie in the scope, too."""
_KNOWN = f"""
SELECT EXISTS (
  SELECT 1 FROM {BENEFITS_THEN} AS b JOIN {PEOPLE_THEN} AS p ON p.id = b.person_id
  WHERE starts_with(b.region, %(region)s)
)
"""


def known(region: str, moment: datetime) -> bool:
    """Whether a region prefix paid anybody as far as was known at a moment."""
    with scope.within(Scope(region[:2])), connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"moment": moment, "region": region})
        return bool(cursor.fetchone()[0])
