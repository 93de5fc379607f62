"""What the staged rows would change: the fate of each row, the person it belongs to, and every field that differs.

Who is who is asked of the whole province, since one human may be paid by several cities (platform.md, "People"); what
an officer may not write is rejected here, and PostgreSQL would refuse it anyway.
"""

from __future__ import annotations

from django.db import connection

from anling.audit import scope
from anling.audit.values import Scope
from anling.roster.importing.reconciling import OURS, RULED, differing

BENEFIT_FIELDS = (
    "person_no", "agency", "scheme", "region", "residence_region", "unit", "application_month", "approval_month",
    "benefit_start", "last_pass_month", "pay_status", "suspend_reason", "monthly_amount", "phone", "address",
)  # fmt: skip
PERSON_FIELDS = ("id_type", "id_number", "name", "sex", "birth_date")
REJECTED = ("out_of_scope", "benefit_elsewhere", "too_long")

_LENGTHS = {
    "benefit_no": 80, "person_no": 40, "agency": 40, "unit": 40, "phone": 40, "address": 200, "id_number": 40,
    "id_raw": 60, "name": 50, "name_key": 60, "suspend_reason": 40,
}  # fmt: skip

_KEY = (
    "i.id_number || chr(31) || i.name_key"
    " || CASE WHEN i.id_valid THEN '' ELSE chr(31) || i.agency || chr(31) || i.person_no END"
)
"""What makes rows one person: number and agreeing name; where the number fails its check, the agency's own id too."""


def _rows(alias: str, names: tuple[str, ...]) -> str:
    return f"ROW({', '.join(f'{alias}.{name}' for name in names)})"


_FATES = f"""
CREATE TEMPORARY TABLE roster_fate AS
SELECT i.row_no, i.region, b.person_id AS old_person,
       coalesce(b.id, nextval(pg_get_serial_sequence('roster_benefit', 'id'))) AS benefit_id,
       CASE WHEN NOT starts_with(i.region, %(scope)s) THEN 'out_of_scope'
            WHEN NOT starts_with(b.region, %(scope)s) THEN 'benefit_elsewhere'
            WHEN {" OR ".join(f"length(i.{name}) > {most}" for name, most in _LENGTHS.items())} THEN 'too_long'
            WHEN b.id IS NULL THEN 'added'
            WHEN {_rows("b", BENEFIT_FIELDS)} IS DISTINCT FROM {_rows("i", BENEFIT_FIELDS)} THEN 'changed'
            ELSE 'unchanged' END AS fate,
       p.id_number = i.id_number AND p.name_key = i.name_key AS same_person,
       {_rows("p", PERSON_FIELDS)} IS DISTINCT FROM {_rows("i", PERSON_FIELDS)} AS person_differs
FROM roster_incoming i LEFT JOIN roster_benefit b ON b.benefit_no = i.benefit_no
LEFT JOIN roster_person p ON p.id = b.person_id
"""
_ALIASES = """
UPDATE roster_fate f SET same_person = true, person_differs = false
FROM roster_incoming i, roster_identitynumber n, roster_personname m
WHERE f.old_person IS NOT NULL AND NOT f.same_person AND i.row_no = f.row_no
  AND n.person_id = f.old_person AND n.valid_to IS NULL AND n.canonical = i.id_number
  AND m.person_id = f.old_person AND m.valid_to IS NULL AND m.name_key = i.name_key
"""
_SPOKESMEN = """
UPDATE roster_fate f SET person_differs = false
WHERE f.same_person AND f.person_differs AND EXISTS (
    SELECT 1 FROM roster_fate g WHERE g.old_person = f.old_person AND g.same_person AND g.benefit_id < f.benefit_id)
"""
"""Of several rows of one person the oldest benefit's says how the name is written; otherwise they would take turns."""

_PERSON_CHANGED = """
UPDATE roster_fate SET fate = 'changed'
WHERE fate = 'unchanged' AND (NOT same_person OR person_differs)
"""
_WANTED = f"""
CREATE TEMPORARY TABLE roster_wanted AS
SELECT {_KEY} AS person_key, f.benefit_id, f.row_no, f.old_person
FROM roster_fate f JOIN roster_incoming i USING (row_no)
WHERE f.fate = 'added' OR (f.fate = 'changed' AND NOT f.same_person)
"""
_GROUPS = """
CREATE TEMPORARY TABLE roster_group AS
SELECT w.person_key, count(*) AS size, min(w.benefit_id) AS speaks, min(w.old_person) AS old_person,
       count(w.old_person) AS moved, max(w.old_person) AS last_old
FROM roster_wanted w GROUP BY w.person_key
"""
_KNOWN = """
CREATE TEMPORARY TABLE roster_known AS
SELECT g.person_key, min(n.person_id) AS person_id
FROM roster_group g JOIN roster_wanted w ON w.benefit_id = g.speaks JOIN roster_incoming i ON i.row_no = w.row_no
JOIN roster_identitynumber n ON n.canonical = i.id_number AND n.valid_to IS NULL
JOIN roster_personname m ON m.person_id = n.person_id AND m.name_key = i.name_key AND m.valid_to IS NULL
WHERE i.id_valid GROUP BY g.person_key
"""
_TARGETS = """
CREATE TEMPORARY TABLE roster_target AS
SELECT t.person_key, w.row_no, t.kind, CASE t.kind WHEN 'known' THEN t.known WHEN 'renamed' THEN t.old_person
       ELSE nextval(pg_get_serial_sequence('roster_person', 'id')) END AS person_id
FROM (SELECT g.person_key, g.speaks, g.old_person, k.person_id AS known,
             CASE WHEN k.person_id IS NOT NULL THEN 'known'
                  WHEN g.moved > 0 AND g.old_person = g.last_old AND g.moved = (
                      SELECT count(*) FROM roster_benefit b WHERE b.person_id = g.old_person) THEN 'renamed'
                  ELSE 'new' END AS kind
      FROM roster_group g LEFT JOIN roster_known k USING (person_key)) t
JOIN roster_wanted w ON w.benefit_id = t.speaks
"""
_PLACES = """
CREATE TEMPORARY TABLE roster_place AS
SELECT w.row_no, w.benefit_id, w.old_person, t.person_id, t.kind, t.row_no = w.row_no AS speaks
FROM roster_wanted w JOIN roster_target t USING (person_key)
"""


def _field(name: str, old: str) -> str:
    return f"('{name}', {old}.{name}::text, i.{name}::text)"


_DIFFERENCES = f"""
CREATE TEMPORARY TABLE roster_difference AS
SELECT f.benefit_id, coalesce(l.person_id, f.old_person) AS person_id, f.region, v.field,
       coalesce(v.before, '') AS before, coalesce(v.after, '') AS after
FROM roster_fate f JOIN roster_incoming i USING (row_no) JOIN roster_benefit b ON b.id = f.benefit_id
JOIN roster_person p ON p.id = f.old_person LEFT JOIN roster_place l USING (row_no)
CROSS JOIN LATERAL (
    SELECT * FROM (VALUES {", ".join(_field(name, "b") for name in BENEFIT_FIELDS)}) AS of_benefit
    UNION ALL SELECT 'person', f.old_person::text, l.person_id::text WHERE l.person_id <> f.old_person
    UNION ALL SELECT * FROM (VALUES {", ".join(_field(name, "p") for name in PERSON_FIELDS)}) AS of_person
    WHERE (f.same_person AND f.person_differs) OR (l.kind = 'renamed' AND l.speaks)
) AS v (field, before, after)
WHERE f.fate = 'changed' AND v.before IS DISTINCT FROM v.after
"""
_GONE = """
CREATE TEMPORARY TABLE roster_gone AS
SELECT b.benefit_no, b.region FROM roster_benefit b
WHERE b.pay_status <> 'ended' AND starts_with(b.region, %(scope)s)
  AND left(b.region, 4) IN (SELECT DISTINCT left(region, 4) FROM roster_fate WHERE starts_with(region, %(scope)s))
  AND NOT EXISTS (SELECT 1 FROM roster_fate f WHERE f.benefit_id = b.id)
"""
_TABLES = ("ruled", "fate", "wanted", "group", "known", "target", "place", "difference", "gone")


def compare(within: Scope) -> dict[str, int]:
    """Work out the fate of every staged row for an officer of this scope; rows by fate, `gone`, and `differs`:
    rows of any fate whose pay status is not followed.

    Only temporary tables are written: roster_ruled, roster_fate, roster_place, roster_difference, roster_gone.
    """
    with scope.within(Scope(within.prefix[:2])), connection.cursor() as cursor:
        for name in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.roster_{name}")
        cursor.execute(RULED)
        cursor.execute(OURS)
        cursor.execute(_FATES, {"scope": within.prefix})
        cursor.execute("ANALYZE roster_fate")
        for statement in (_ALIASES, _SPOKESMEN, _PERSON_CHANGED, _WANTED, _GROUPS):
            cursor.execute(statement)
        cursor.execute("ANALYZE roster_wanted")
        cursor.execute("ANALYZE roster_group")
        for statement in (_KNOWN, _TARGETS, _PLACES, _DIFFERENCES):
            cursor.execute(statement)
        cursor.execute("ANALYZE roster_place")
        cursor.execute(_GONE, {"scope": within.prefix})
        cursor.execute("SELECT fate, count(*) FROM roster_fate GROUP BY fate")
        found = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM roster_gone")
        gone = cursor.fetchone()[0]
        differs = differing()
    kept = {fate: found.pop(fate, 0) for fate in ("added", "changed", "unchanged")}
    return {**kept, "rejected": sum(found.values()), "gone": gone, "differs": differs}
