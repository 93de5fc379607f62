-- Rules 3 to 7, tried in that order. A proven double benefit takes the resident rows alone (by_double); the other rows
-- of such a person are decided without it. Every person has one first_form: what is said of them as a whole.
WITH formed AS (
  SELECT *, FALSE AS by_double, TRUE AS first_form, settled_bits AS lost_bits
  FROM fact
  WHERE has_other_scheme OR NOT double_settled
  UNION ALL
  SELECT *, TRUE AS by_double, NOT has_other_scheme AS first_form, settled_bits | {double_benefit} AS lost_bits
  FROM fact
  WHERE double_settled AND has_resident
)
SELECT
  person_seq, only_pos, by_double, first_form, double_settled, contradicted_day, newest_day,
  CASE WHEN conflict_bits <> 0 THEN 3 WHEN lost_bits <> 0 THEN 4 WHEN question_bits <> 0 THEN 5
    WHEN life_bits <> 0 THEN 6 ELSE 7 END AS rule,
  flag_bits | CASE
    WHEN conflict_bits <> 0 THEN conflict_bits | {conflict}
    WHEN lost_bits <> 0 THEN lost_bits
    WHEN question_bits <> 0 THEN question_bits
    WHEN life_bits <> 0 THEN life_bits
    ELSE {none} | {absence}
  END AS reason_bits
FROM formed
