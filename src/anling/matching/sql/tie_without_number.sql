-- Leads: no usable number at all, but name, birth date and (where both know it) sex fit exactly one person.
WITH numberless AS (
  SELECT l.batch_no, l.pos, l.name_h, l.birth_day, l.sex
  FROM loss_record AS l
  ANTI JOIN tie_by_number AS t ON t.batch_no = l.batch_no AND t.pos = l.pos
  ANTI JOIN tie_near_number AS n ON n.batch_no = l.batch_no AND n.pos = l.pos
  WHERE l.id_status IN ('empty', 'invalid') AND l.name_h <> 0 AND l.birth_day IS NOT NULL
)
SELECT min(p.person_seq) AS person_seq, min(p.birth_day) AS born, u.batch_no, u.pos, 'no_id' AS identity
FROM numberless AS u
JOIN person AS p
  ON p.name_h = u.name_h AND p.birth_day = u.birth_day AND (p.sex = u.sex OR p.sex IS NULL OR u.sex IS NULL)
GROUP BY u.batch_no, u.pos
HAVING count(*) = 1
