-- People with weak signs (P3) of another than the commonest kind: only for them can the commonest kind count,
-- since three weak signs must be of two kinds. A first, narrow look that spares the next step most of its rows.
SELECT DISTINCT s.person_seq
FROM slice_life AS l
JOIN subject AS s ON s.key = l.key
WHERE mark_grade(l.mark) = 3 AND mark_kind(l.mark) <> {common_kind}
  AND l.mark >= {window_mark} AND l.mark >= s.window_mark AND l.mark < {end_mark}
