-- Every loss record beside every person it is tied to, with its fate: why_not is null where it is usable.
-- A number one slip away leads to every person that fits; name and birth date lead only where they fit one person alone.
WITH near_or_alone AS (
  SELECT
    person_seq, born, batch_no, pos, is_near,
    max(CASE WHEN is_near THEN 1 ELSE 0 END) OVER (PARTITION BY batch_no, pos) AS some_near,
    count(*) OVER (PARTITION BY batch_no, pos) AS fits
  FROM tie_by_name
), tie AS (
  SELECT person_seq, born, batch_no, pos, identity FROM tie_by_number
  UNION ALL
  SELECT person_seq, born, batch_no, pos, CASE WHEN is_near THEN 'near_id' ELSE 'no_id' END AS identity
  FROM near_or_alone
  WHERE is_near OR (some_near = 0 AND fits = 1)
)
SELECT
  t.person_seq, t.batch_no, t.pos, l.row_id, t.identity, l.department, l.sign, l.grade, l.day, l.end_day,
  CASE l.sign WHEN 'death' THEN {death} WHEN 'custody' THEN {custody} WHEN 'missing' THEN {missing}
    ELSE {double_benefit} END AS sign_bit,
  CASE
    WHEN l.day < t.born THEN 'before_birth'
    WHEN l.day > {as_of_day} THEN 'after_as_of'
    WHEN l.over_by IS NOT NULL THEN l.over_by
    WHEN t.identity <> 'exact' THEN t.identity
  END AS why_not
FROM tie AS t
JOIN loss_record AS l ON l.batch_no = t.batch_no AND l.pos = t.pos
