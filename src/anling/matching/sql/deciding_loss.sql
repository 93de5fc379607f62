-- Every loss record with its fate, and for whom it decides: contradicted (rule 3), settled (4), open or a lead (5).
-- decides: for the person's rows in general; decides_double: for rows lost by a proven double benefit.
WITH role AS (
  SELECT
    w.person_seq, w.batch_no, w.pos, o.by_double,
    (o.rule = 3 AND w.usable AND w.contradicted)
      OR (o.rule = 4 AND w.is_settled AND (w.sign <> 'double_benefit' OR o.by_double))
      OR (o.rule = 5 AND (w.usable OR (w.is_lead AND NOT w.contradicted))
        AND NOT (w.sign = 'double_benefit' AND o.double_settled)) AS decides
  FROM weighed_loss AS w
  JOIN outcome AS o ON o.person_seq = w.person_seq
), roles AS (
  SELECT
    person_seq, batch_no, pos,
    bool_or(decides AND NOT by_double) AS decides,
    bool_or(decides AND by_double) AS decides_double
  FROM role
  GROUP BY person_seq, batch_no, pos
)
SELECT
  w.person_seq, w.batch_no, w.pos, w.row_id, w.sign, w.grade, w.day, w.end_day, w.identity, w.usable, w.why_not,
  r.decides, r.decides_double
FROM weighed_loss AS w
JOIN roles AS r ON r.person_seq = w.person_seq AND r.batch_no = w.batch_no AND r.pos = w.pos
