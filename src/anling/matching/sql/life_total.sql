-- What the strong signs of each person come to: in the window, and the newest at any age.
SELECT
  person_seq,
  bool_or(mark_grade(mark) = 1 AND in_window) AS has_p1,
  bool_or(mark_grade(mark) = 2 AND in_window) AS has_p2,
  mark_day(max(CASE WHEN in_window THEN mark END)) AS newest_day,
  mark_day(max(mark)) AS strong_day
FROM strong_sign
GROUP BY person_seq
