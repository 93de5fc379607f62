-- Losses that rule 4 takes as settled: an L1, or two L2 of one sign by different departments within the days allowed.
SELECT DISTINCT a.person_seq, a.batch_no, a.pos, a.sign_bit
FROM loss_tie AS a
LEFT JOIN loss_tie AS b
  ON b.person_seq = a.person_seq AND b.sign = a.sign AND b.grade = 'L2' AND a.grade = 'L2' AND b.why_not IS NULL
  AND b.department <> a.department AND abs(b.day - a.day) <= {l2_pair_days}
WHERE a.why_not IS NULL AND (a.grade = 'L1' OR b.person_seq IS NOT NULL)
