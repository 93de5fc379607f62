"""What is to be cleaned up, found set by set after each import; a finding that the data no longer show is closed.

After a merge or a correction the same is asked of a few people alone and of those whom they resemble.

A finding stands in the queue of every region that pays one of its people, so it is looked for in the whole province.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from anling.audit import scope
from anling.audit.values import Scope

_COPIES = (
    """CREATE TEMPORARY TABLE roster_all_benefits AS
       SELECT person_id, region, unit, agency, pay_status, phone FROM roster_benefit""",
    """CREATE TEMPORARY TABLE roster_all_people AS
       SELECT id, id_number, id_valid, name_key, birth_date FROM roster_person WHERE merged_into_id IS NULL""",
)
"""Row security is paid once, and what is joined has statistics."""

_COPIES_OF_SOME = (
    """CREATE TEMPORARY TABLE roster_all_people AS
       SELECT id, id_number, id_valid, name_key, birth_date FROM roster_person
       WHERE merged_into_id IS NULL AND id IN (
           SELECT unnest(%(people)s::bigint[])
           UNION SELECT x.id FROM roster_person x JOIN roster_person p USING (id_number) WHERE p.id = ANY(%(people)s)
           UNION SELECT t.person_id FROM roster_searchtoken t JOIN roster_person p ON t.token = p.name_key
               WHERE p.id = ANY(%(people)s))""",
    """CREATE TEMPORARY TABLE roster_all_benefits AS
       SELECT person_id, region, unit, agency, pay_status, phone FROM roster_benefit
       WHERE person_id IN (SELECT id FROM roster_all_people)""",
)
"""The people themselves, and whoever shares a number or a name with them."""

_FOUND = """
CREATE TEMPORARY TABLE roster_found AS
WITH shared AS (
    SELECT id_number, min(id) AS first, max(id) AS last FROM roster_all_people
    WHERE id_valid GROUP BY id_number HAVING count(*) > 1),
namesakes AS MATERIALIZED (
    SELECT a.id AS person_id, c.id AS other_id, a.id_valid AND c.id_valid AS valid
    FROM roster_all_people a JOIN roster_all_people c ON c.name_key = a.name_key AND c.birth_date = a.birth_date
    WHERE c.id > a.id AND c.id_number <> a.id_number),
alike AS (
    SELECT person_id, other_id FROM namesakes WHERE NOT valid
    UNION SELECT n.person_id, n.other_id FROM namesakes n JOIN roster_all_benefits x ON x.person_id = n.person_id
    JOIN roster_all_benefits y ON y.person_id = n.other_id AND y.phone = x.phone AND x.phone <> '')
SELECT DISTINCT v.kind, b.region, v.person_id, v.other_id FROM (
    SELECT 'shared_number' AS kind, p.id AS person_id, CASE WHEN p.id = s.first THEN s.last ELSE s.first END AS other_id
    FROM shared s JOIN roster_all_people p USING (id_number) WHERE p.id_valid
    UNION ALL SELECT 'duplicate_people', person_id, other_id FROM alike
    UNION ALL SELECT 'duplicate_people', other_id, person_id FROM alike
    UNION ALL SELECT 'id_invalid', id, NULL FROM roster_all_people WHERE NOT id_valid
    UNION ALL SELECT 'two_in_pay', person_id, NULL FROM roster_all_benefits WHERE pay_status = 'paying'
        GROUP BY person_id HAVING count(*) > 1
) v JOIN roster_all_benefits b ON b.person_id = v.person_id
UNION ALL SELECT DISTINCT 'unit_missing', region, person_id, NULL::bigint FROM roster_all_benefits
    WHERE unit = '' AND pay_status <> 'ended'
UNION ALL SELECT DISTINCT 'agency_unknown', b.region, b.person_id, NULL::bigint FROM roster_all_benefits b
    WHERE b.agency = '' OR (EXISTS (SELECT 1 FROM territory_agency)
        AND NOT EXISTS (SELECT 1 FROM territory_agency a WHERE a.code = b.agency))
UNION ALL SELECT DISTINCT 'region_unknown', b.region, b.person_id, NULL::bigint FROM roster_all_benefits b
    WHERE EXISTS (SELECT 1 FROM territory_region)
      AND NOT EXISTS (SELECT 1 FROM territory_region r WHERE r.code IN (b.region, b.region || '000000'))
"""
_SAME = """
f.kind = v.kind AND f.region = v.region AND f.person_id = v.person_id AND f.other_id IS NOT DISTINCT FROM v.other_id
"""
_ADD = f"""
INSERT INTO roster_finding (kind, region, person_id, other_id, state, note, found_at, ended_label)
SELECT v.kind, v.region, v.person_id, v.other_id, 'open', '', %(at)s, '' FROM roster_found v
WHERE NOT EXISTS (SELECT 1 FROM roster_finding f WHERE f.state <> 'gone' AND {_SAME})
"""
_CLOSE = f"""
UPDATE roster_finding f SET state = 'gone', ended_at = %(at)s
WHERE f.state = 'open' AND f.kind <> 'pay_status_differs' AND NOT EXISTS (SELECT 1 FROM roster_found v WHERE {_SAME})
"""
_CONCERNS = " AND ({row}.person_id = ANY(%(people)s) OR {row}.other_id = ANY(%(people)s))"


def find(within: Scope, at: datetime) -> None:
    """Bring the queues of the province up to date with the tables."""
    _judge(within, at, _COPIES, "", [])


def find_of(people: list[int], within: Scope, at: datetime) -> None:
    """Bring what the queues say of a few people up to date."""
    _judge(within, at, _COPIES_OF_SOME, _CONCERNS, people)


def _judge(within: Scope, at: datetime, copies: tuple[str, ...], concerns: str, people: list[int]) -> None:
    values: dict[str, datetime | list[int]] = {"at": at, "people": people}
    with scope.within(Scope(within.prefix[:2])), connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.roster_found, pg_temp.roster_all_benefits, pg_temp.roster_all_people"
        )
        for statement in copies:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE roster_all_benefits, roster_all_people")
        cursor.execute(_FOUND)
        cursor.execute("ANALYZE roster_found")
        cursor.execute(_CLOSE + concerns.format(row="f"), values)
        cursor.execute(_ADD + concerns.format(row="v"), values)
