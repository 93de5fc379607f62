-- Records that are only shown: hints, border exits a year ago, and the codes that say the yearly raise is off.
SELECT o.key, o.name_h, o.name, o.day, CASE WHEN o.sign = 'hint' THEN 'hint' ELSE 'exit' END AS what
FROM other_sign AS o
JOIN batch AS b ON b.batch_no = o.batch_no
WHERE o.day <= {as_of_day}
  AND (o.sign = 'hint' OR (b.feed = 'police_border' AND o.code = 'exit' AND year_later(o.day) <= {as_of_day}))
UNION ALL
SELECT key, name_h, name, day, 'no_raise' AS what
FROM no_raise
WHERE day >= {recent_day} AND day <= {as_of_day}
