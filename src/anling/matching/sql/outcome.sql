-- Rules 3 to 7, tried in that order. A proven double benefit takes the resident rows alone (by_double); the other rows
-- of such a person are decided without it. Every person has one first_form: what is said of them as a whole.
WITH formed AS (
  SELECT
    f.*, form.by_double,
    NOT (form.by_double AND f.has_other_scheme) AS first_form,
    f.settled_bits | CASE WHEN form.by_double THEN {double_benefit} ELSE 0 END AS lost_bits
  FROM fact AS f
  JOIN (VALUES (FALSE), (TRUE)) AS form(by_double)
    ON CASE WHEN form.by_double THEN f.double_settled AND f.has_resident ELSE f.has_other_scheme OR NOT f.double_settled END
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
