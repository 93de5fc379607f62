-- Where the clock of a benefit never certified starts: the rule of the longest region prefix that fits.
WITH asked AS (
  SELECT DISTINCT scheme, region FROM roster WHERE last_pass_month IS NULL
)
SELECT a.scheme, a.region, max_by(c.first_base, length(c.region_prefix)) AS first_base
FROM asked AS a
JOIN clock_rule AS c ON c.scheme = a.scheme AND starts_with(a.region, c.region_prefix)
GROUP BY a.scheme, a.region
