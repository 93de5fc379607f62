"""What is to be cleaned up, found set by set after each import; a finding that the data no longer show is closed.

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
       SELECT id, id_number, id_valid, name_key, birth_date FROM roster_person""",
)
"""Row security is paid once, and what is joined has statistics."""

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
WHERE f.state = 'open' AND NOT EXISTS (SELECT 1 FROM roster_found v WHERE {_SAME})
"""


def find(within: Scope, at: datetime) -> None:
    """Bring the queues of the province up to date with the tables."""
    with scope.within(Scope(within.prefix[:2])), connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.roster_found, pg_temp.roster_all_benefits, pg_temp.roster_all_people"
        )
        for statement in _COPIES:
            cursor.execute(statement)
        cursor.execute("ANALYZE roster_all_benefits, roster_all_people")
        cursor.execute(_FOUND)
        cursor.execute("ANALYZE roster_found")
        cursor.execute(_CLOSE, {"at": at})
        cursor.execute(_ADD, {"at": at})
