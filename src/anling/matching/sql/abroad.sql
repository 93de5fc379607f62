-- Border exits without an entry in the 12 months after them: a hint (L3), shown and never counted.
WITH gone AS (
  SELECT p.person_seq, p.key, p.name_h, p.name, o.day, year_later(o.day) AS until_day
  FROM other_sign AS o
  JOIN batch AS b ON b.batch_no = o.batch_no
  JOIN person AS p ON p.key = o.key AND p.name_h = o.name_h AND o.name_h <> 0
  WHERE b.feed = 'police_border' AND o.code = 'exit' AND year_later(o.day) <= {as_of_day}
    AND (p.birth_day IS NULL OR o.day >= p.birth_day)
)
SELECT DISTINCT g.person_seq
FROM gone AS g
WHERE NOT EXISTS (
  SELECT 1 FROM border_entry AS e
  WHERE e.key = g.key AND e.day >= g.day AND e.day <= g.until_day
    AND ((e.name_h = g.name_h AND e.name_h <> 0) OR name_agreement(e.name, g.name) = 'variant')
)
