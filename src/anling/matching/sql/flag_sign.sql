-- Records that are only shown, beside the person they name: hints, community correction, border exits a year ago.
WITH shown AS (
  SELECT o.key, o.name_h, o.name, o.day, CASE WHEN o.sign = 'hint' THEN 'hint' ELSE 'exit' END AS what
  FROM other_sign AS o
  JOIN batch AS b ON b.batch_no = o.batch_no
  WHERE o.day <= {as_of_day}
    AND (o.sign = 'hint' OR (b.feed = 'police_border' AND o.code = 'exit' AND year_later(o.day) <= {as_of_day}))
  UNION ALL
  SELECT key, name_h, name, day, 'no_raise' AS what
  FROM no_raise
  WHERE day >= {recent_day} AND day <= {as_of_day}
)
SELECT p.person_seq, p.key, p.name_h, p.name, s.day, s.what
FROM shown AS s
JOIN person AS p ON p.key = s.key
WHERE (p.birth_day IS NULL OR s.day >= p.birth_day)
  AND ((s.name_h = p.name_h AND s.name_h <> 0) OR (s.what = 'no_raise' AND name_agreement(s.name, p.name) = 'variant'))
