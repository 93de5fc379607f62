-- The newest release and revocation under each number: they end or undo earlier records of the same feed.
-- A release names the person too (released_name); a revocation holds for the number alone (released_name is null).
SELECT b.feed, l.sign, l.key, CASE WHEN l.sign = 'release' THEN l.name_h END AS released_name, max(l.day) AS last_day
FROM loss AS l
JOIN batch AS b ON b.batch_no = l.batch_no
WHERE l.sign IN ('release', 'revocation')
  AND l.key IS NOT NULL
  AND l.day <= {as_of_day}
  AND (l.sign = 'revocation' OR l.name_h <> 0)
GROUP BY ALL
