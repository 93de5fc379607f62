-- Border exits without an entry in the 12 months after them: a hint (L3), shown and never counted.
WITH back AS (
  SELECT DISTINCT g.person_seq, g.day
  FROM flag_sign AS g
  JOIN border_entry AS e ON e.key = g.key AND e.day >= g.day AND e.day <= year_later(g.day)
  WHERE g.what = 'exit' AND ((e.name_h = g.name_h AND e.name_h <> 0) OR name_agreement(e.name, g.name) = 'variant')
)
SELECT DISTINCT g.person_seq
FROM flag_sign AS g
ANTI JOIN back AS b ON b.person_seq = g.person_seq AND b.day = g.day
WHERE g.what = 'exit'
