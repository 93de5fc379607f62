-- Loss records without a usable number beside the people who bear the very name and fit otherwise: is_near, the number
-- is one slip away (one wrong character of the 18, or one adjacent swap); or birth date and, where both know it, sex.
WITH adrift AS (
  SELECT l.batch_no, l.pos, l.id_text, l.name_h, l.birth_day, l.sex, l.id_status = 'invalid' AND length(l.id_text) = 18 AS is_whole
  FROM loss_record AS l
  ANTI JOIN tie_by_number AS t ON t.batch_no = l.batch_no AND t.pos = l.pos
  WHERE l.id_status IN ('empty', 'invalid') AND l.name_h <> 0
), fitting AS (
  SELECT
    p.person_seq, p.birth_day AS born, a.batch_no, a.pos,
    a.is_whole AND p.id_status = 'valid' AND one_slip(a.id_text, p.id_text) AS is_near,
    p.birth_day = a.birth_day AND (p.sex = a.sex OR p.sex IS NULL OR a.sex IS NULL) AS is_alike
  FROM adrift AS a
  JOIN person AS p ON p.name_h = a.name_h
)
SELECT person_seq, born, batch_no, pos, coalesce(is_near, FALSE) AS is_near
FROM fitting
WHERE is_near OR is_alike
