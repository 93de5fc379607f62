"""Writes what a comparison has worked out: a few statements over all rows, each under the officer's own scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from anling.roster.importing.comparing import BENEFIT_FIELDS

_PEOPLE = """
INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex, birth_date)
SELECT l.person_id, i.id_type, i.id_number, i.id_valid, i.name, i.name_key, i.pinyin, i.sex, i.birth_date
FROM roster_place l JOIN roster_incoming i USING (row_no) WHERE l.kind = 'new' AND l.speaks
"""
_NUMBERS = """
INSERT INTO roster_identitynumber (person_id, id_type, canonical, raw, derived, valid_from)
SELECT l.person_id, i.id_type, i.id_number, i.id_raw, length(i.id_number) = 18 AND length(trim(i.id_raw)) = 15, %(day)s
FROM roster_place l JOIN roster_incoming i USING (row_no) WHERE l.kind = 'new' AND l.speaks
"""
_NAMES = """
INSERT INTO roster_personname (person_id, name, name_key, valid_from)
SELECT l.person_id, i.name, i.name_key, %(day)s
FROM roster_place l JOIN roster_incoming i USING (row_no) WHERE l.kind = 'new' AND l.speaks
"""
_LISTED = ", ".join(BENEFIT_FIELDS)
_BENEFITS = f"""
INSERT INTO roster_benefit (id, benefit_no, person_id, pinyin, {_LISTED})
SELECT f.benefit_id, i.benefit_no, l.person_id, i.pinyin, {", ".join(f"i.{name}" for name in BENEFIT_FIELDS)}
FROM roster_fate f JOIN roster_incoming i USING (row_no) JOIN roster_place l USING (row_no) WHERE f.fate = 'added'
"""
_CHANGED_BENEFITS = f"""
UPDATE roster_benefit b SET person_id = coalesce(l.person_id, b.person_id),
    pinyin = CASE WHEN l.person_id IS NULL THEN b.pinyin ELSE i.pinyin END,
    {", ".join(f"{name} = i.{name}" for name in BENEFIT_FIELDS)}
FROM roster_fate f JOIN roster_incoming i USING (row_no) LEFT JOIN roster_place l USING (row_no)
WHERE f.fate = 'changed' AND b.id = f.benefit_id
"""
_SPEAKING = """
CREATE TEMPORARY TABLE roster_speaking AS
SELECT f.old_person AS person_id, f.row_no FROM roster_fate f
WHERE f.fate = 'changed' AND f.same_person AND f.person_differs
UNION ALL SELECT l.person_id, l.row_no FROM roster_place l WHERE l.kind = 'renamed' AND l.speaks
"""
_OLD_NUMBERS = """
UPDATE roster_identitynumber n SET valid_to = %(day)s FROM roster_speaking s JOIN roster_incoming i USING (row_no)
WHERE n.person_id = s.person_id AND n.valid_to IS NULL AND n.canonical <> i.id_number
  AND n.canonical = (SELECT p.id_number FROM roster_person p WHERE p.id = s.person_id)
"""
_NEW_NUMBERS = """
INSERT INTO roster_identitynumber (person_id, id_type, canonical, raw, derived, valid_from)
SELECT s.person_id, i.id_type, i.id_number, i.id_raw, length(i.id_number) = 18 AND length(trim(i.id_raw)) = 15, %(day)s
FROM roster_speaking s JOIN roster_incoming i USING (row_no) WHERE NOT EXISTS (
    SELECT 1 FROM roster_identitynumber n
    WHERE n.person_id = s.person_id AND n.canonical = i.id_number AND n.valid_to IS NULL)
"""
_OLD_NAMES = """
UPDATE roster_personname n SET valid_to = %(day)s FROM roster_speaking s JOIN roster_incoming i USING (row_no)
WHERE n.person_id = s.person_id AND n.valid_to IS NULL AND n.name <> i.name
  AND n.name = (SELECT p.name FROM roster_person p WHERE p.id = s.person_id)
"""
_NEW_NAMES = """
INSERT INTO roster_personname (person_id, name, name_key, valid_from)
SELECT s.person_id, i.name, i.name_key, %(day)s FROM roster_speaking s JOIN roster_incoming i USING (row_no)
WHERE NOT EXISTS (SELECT 1 FROM roster_personname n
    WHERE n.person_id = s.person_id AND n.name = i.name AND n.valid_to IS NULL)
"""
_CHANGED_PEOPLE = """
UPDATE roster_person p SET id_type = i.id_type, id_number = i.id_number, id_valid = i.id_valid, name = i.name,
    name_key = i.name_key, pinyin = i.pinyin, sex = i.sex, birth_date = i.birth_date
FROM roster_speaking s JOIN roster_incoming i USING (row_no) WHERE p.id = s.person_id
"""
_CHANGES = """
INSERT INTO roster_change (benefit_id, person_id, region, field, before, after, at, doer, source)
SELECT benefit_id, person_id, region, field, before, after, %(at)s, %(doer)s, %(source)s FROM roster_difference
"""
_TOUCHED = """
CREATE TEMPORARY TABLE roster_touched AS
SELECT DISTINCT person_id FROM roster_difference WHERE field IN ('person', 'region', 'name', 'id_number')
UNION SELECT before::bigint FROM roster_difference WHERE field = 'person'
UNION SELECT person_id FROM roster_place WHERE NOT speaks OR kind <> 'new'
"""
_TOKENS_AWAY = "DELETE FROM roster_searchtoken t USING roster_touched r WHERE t.person_id = r.person_id"
_SPLIT = """
CROSS JOIN LATERAL (
    SELECT p.name_key AS token
    UNION SELECT substr(k.joined, s.at, 2) FROM (SELECT replace(p.name_key, '·', '') AS joined) k
        CROSS JOIN LATERAL generate_series(1, length(k.joined) - 1) AS s (at)
        WHERE NOT p.name_key ~ '^[A-Z ·]*$'
    UNION SELECT word FROM string_to_table(replace(p.name_key, '·', ' '), ' ') AS word
        WHERE p.name_key ~ '[ ·]' AND word <> ''
) AS w
"""
_TOKENS_OF_NEW = f"""
INSERT INTO roster_searchtoken (token, region, person_id)
SELECT w.token, f.region, l.person_id
FROM roster_place l JOIN roster_fate f USING (row_no) JOIN roster_incoming p USING (row_no) {_SPLIT}
WHERE f.fate = 'added' AND l.kind = 'new' AND l.speaks
  AND NOT EXISTS (SELECT 1 FROM roster_touched r WHERE r.person_id = l.person_id)
"""
_TOKENS_OF_OTHERS = f"""
INSERT INTO roster_searchtoken (token, region, person_id)
SELECT DISTINCT w.token, b.region, p.id
FROM roster_touched r JOIN roster_benefit b ON b.person_id = r.person_id JOIN roster_person p ON p.id = r.person_id
{_SPLIT}
"""
_TOKENS_OF_ONE = f"""
INSERT INTO roster_searchtoken (token, region, person_id)
SELECT DISTINCT w.token, b.region, p.id FROM roster_benefit b JOIN roster_person p ON p.id = b.person_id {_SPLIT}
WHERE p.id = %(person)s AND NOT EXISTS (
    SELECT 1 FROM roster_searchtoken t WHERE t.token = w.token AND t.region = b.region AND t.person_id = p.id)
RETURNING id
"""


def add_tokens(person: int) -> list[int]:
    """Add what a person lacks to be found by their name wherever they are paid; the ids of what was added."""
    with connection.cursor() as cursor:
        cursor.execute(_TOKENS_OF_ONE, {"person": person})
        return [key for (key,) in cursor.fetchall()]


_TO_WRITE = """
SELECT 3 * (SELECT count(*) FROM roster_place WHERE kind = 'new' AND speaks)
    + (SELECT count(*) FROM roster_fate WHERE fate IN ('added', 'changed')) + (SELECT count(*) FROM roster_difference)
"""
_TOLD = (_PEOPLE, _NUMBERS, _NAMES, _BENEFITS, _CHANGED_BENEFITS, _CHANGES)
"""The statements that write the rows of _TO_WRITE; the others are small, or make these rows searchable."""


def write(*, at: datetime, day: str, doer: str, source: str, tell: Callable[[int, int], None]) -> None:
    """Carry out the comparison in the running transaction, under its scope. day: from when numbers and names hold.

    tell: called with rows written and rows to write, after each statement that writes many.
    """
    values: dict[str, str | datetime] = {"at": at, "day": day, "doer": doer, "source": source}
    with connection.cursor() as cursor:
        for name in ("speaking", "touched"):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.roster_{name}")
        cursor.execute(_TO_WRITE)
        done, (total,) = 0, cursor.fetchone()
        tell(done, total)
        for statement in (
            _PEOPLE, _NUMBERS, _NAMES, _BENEFITS, _SPEAKING, _OLD_NUMBERS, _NEW_NUMBERS, _OLD_NAMES, _NEW_NAMES,
            _CHANGED_PEOPLE, _CHANGED_BENEFITS, _CHANGES, _TOUCHED,
        ):  # fmt: skip
            cursor.execute(statement, values)
            if statement in _TOLD:
                done += cursor.rowcount
                tell(done, total)
        cursor.execute("ANALYZE roster_touched")
        for statement in (_TOKENS_AWAY, _TOKENS_OF_NEW, _TOKENS_OF_OTHERS):
            cursor.execute(statement)
        if total:
            cursor.execute("SELECT roster_measured()")
