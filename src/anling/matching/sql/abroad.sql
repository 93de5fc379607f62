-- Border exits without an entry in the 12 months after them: a hint (L3), shown and never counted.
SELECT DISTINCT g.person_seq
FROM flag_sign AS g
WHERE g.what = 'exit' AND NOT EXISTS (
  SELECT 1 FROM border_entry AS e
  WHERE e.key = g.key AND e.day >= g.day AND e.day <= year_later(g.day)
    AND ((e.name_h = g.name_h AND e.name_h <> 0) OR name_agreement(e.name, g.name) = 'variant')
)
