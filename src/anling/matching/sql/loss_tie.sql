-- Every loss record beside every person it is tied to, with its fate: why_not is null where it is usable.
WITH tie AS (
  SELECT * FROM tie_by_number UNION ALL SELECT * FROM tie_near_number UNION ALL SELECT * FROM tie_without_number
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
