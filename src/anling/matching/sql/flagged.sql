-- What is shown beside any list, as bits of reasons: a hint (L3), community correction (no raise), a number held twice.
WITH sharer AS (
  SELECT person_seq, person_no, key, name_h, name FROM person WHERE number_shared
), shown AS (
  SELECT person_seq, {hint} AS bit FROM abroad
  UNION ALL
  SELECT person_seq, CASE WHEN what = 'hint' THEN {hint} ELSE {no_raise} END AS bit FROM flag_sign WHERE what <> 'exit'
  UNION ALL
  SELECT a.person_seq,
    CASE WHEN (a.name_h = b.name_h AND a.name_h <> 0) OR name_agreement(a.name, b.name) = 'variant'
      THEN {double_roster} ELSE {shared_id} END AS bit
  FROM sharer AS a
  JOIN sharer AS b ON a.key = b.key AND a.person_no <> b.person_no
)
SELECT person_seq, bit_or(bit) AS bits FROM shown GROUP BY person_seq
