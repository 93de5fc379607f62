-- What is shown beside any list: a hint (L3), community correction (no raise), a number held twice.
WITH shown AS (
  SELECT person_seq, {hint} AS bit FROM abroad
  UNION ALL
  SELECT p.person_seq, {hint} AS bit
  FROM other_sign AS o
  JOIN person AS p ON p.key = o.key AND p.name_h = o.name_h AND o.name_h <> 0
  WHERE o.sign = 'hint' AND o.day <= {as_of_day} AND (p.birth_day IS NULL OR o.day >= p.birth_day)
  UNION ALL
  SELECT p.person_seq, {no_raise} AS bit
  FROM no_raise AS r
  JOIN person AS p ON p.key = r.key
  WHERE r.day >= {recent_day} AND r.day <= {as_of_day} AND (p.birth_day IS NULL OR r.day >= p.birth_day)
    AND ((r.name_h = p.name_h AND r.name_h <> 0) OR name_agreement(r.name, p.name) = 'variant')
  UNION ALL
  SELECT a.person_seq,
    CASE WHEN (a.name_h = b.name_h AND a.name_h <> 0) OR name_agreement(a.name, b.name) = 'variant'
      THEN {double_roster} ELSE {shared_id} END AS bit
  FROM person AS a
  JOIN person AS b ON a.key = b.key AND a.person_no <> b.person_no
  WHERE a.number_shared AND b.number_shared
)
SELECT person_seq, bit_or(bit) AS bits FROM shown GROUP BY person_seq
