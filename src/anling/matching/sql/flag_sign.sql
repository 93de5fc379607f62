-- The records that are only shown (flag_record), beside the person they name.
SELECT p.person_seq, p.key, p.name_h, p.name, s.day, s.what
FROM flag_record AS s
JOIN person AS p ON p.key = s.key
WHERE (p.birth_day IS NULL OR s.day >= p.birth_day)
  AND ((s.name_h = p.name_h AND s.name_h <> 0) OR (s.what = 'no_raise' AND name_agreement(s.name, p.name) = 'variant'))
