-- Life signs that matter under the subjects' numbers: the one pass over all feeds. All of the window, and strong signs
-- before it that are dated after a loss.
-- their_name: the hash of the name on the record where it is not the subject's own.
SELECT
  s.person_seq, l.mark, record_at(l.batch_no, l.pos) AS record,
  l.mark >= s.window_mark AS in_window,
  CASE WHEN l.name_h <> s.name_h OR l.name_h = 0 THEN l.name_h END AS their_name
FROM slice_life AS l
JOIN subject AS s ON s.key = l.key AND l.mark >= s.read_mark
WHERE l.mark < {end_mark} AND (l.mark >= s.window_mark OR mark_grade(l.mark) <= 2)
