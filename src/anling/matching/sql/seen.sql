-- Life signs that matter under the subjects' numbers: the one pass over all feeds. All of the window, and strong signs
-- before it that are dated after a loss.
-- their_name: the hash of the name on the record where it is not the subject's own; such signs are kept for everybody,
-- since rule 5 asks who else was seen under the number, whatever the grade.
WITH reader AS (
  SELECT s.person_seq, s.key, s.name_h, s.window_mark, s.read_mark, h.person_seq IS NOT NULL AS is_hopeful
  FROM subject AS s
  LEFT JOIN hopeful AS h ON h.person_seq = s.person_seq
)
SELECT
  s.person_seq, l.mark, l.row_id, l.batch_no,
  l.mark >= s.window_mark AS in_window,
  CASE WHEN l.name_h <> s.name_h OR l.name_h = 0 THEN l.name_h END AS their_name
FROM slice_life AS l
JOIN reader AS s ON s.key = l.key
WHERE l.mark >= s.read_mark AND l.mark < {end_mark}
  AND (mark_grade(l.mark) <= 2 OR (l.mark >= s.window_mark AND (s.is_hopeful OR l.name_h <> s.name_h OR l.name_h = 0)))
