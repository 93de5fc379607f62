-- Rules 3 to 7, tried in that order. A proven double benefit takes the resident rows alone (by_double); the other rows
-- of such a person are decided without it. Every person has one first_form: what is said of them as a whole.
WITH fact AS (
  SELECT
    s.person_seq,
    s.only_pos,
    coalesce(o.conflict_bits, 0) AS conflict_bits,
    coalesce(o.settled_bits, 0) AS settled_bits,
    coalesce(o.double_settled, FALSE) AS double_settled,
    coalesce(o.open_bits, 0) | CASE WHEN o.double_settled THEN 0 ELSE coalesce(o.open_double_bits, 0) END AS open_bits,
    coalesce(o.flag_bits, 0) | (coalesce(f.bits, 0) & ~{shared_id}) AS flag_bits,
    (coalesce(f.bits, 0) & {shared_id})
      | CASE WHEN s.born < {too_old_day} AND NOT coalesce(l.has_p1, FALSE)
        THEN {over_110} ELSE 0 END AS standing_bits,
    CASE WHEN l.has_p1 THEN {life_p1} ELSE 0 END
      | CASE WHEN l.has_p2 THEN {life_p2} ELSE 0 END
      | CASE WHEN t.person_seq IS NOT NULL THEN {life_p3x3} ELSE 0 END AS life_bits,
    CASE WHEN n.person_seq IS NOT NULL THEN {life_other_name} ELSE 0 END AS stranger_bit,
    greatest(coalesce(l.newest_day, {never_day}), coalesce(t.newest_day, {never_day})) AS newest_day,
    o.contradicted_day,
    s.has_other_scheme,
    s.has_resident
  FROM subject AS s
  LEFT JOIN life_total AS l ON l.person_seq = s.person_seq
  LEFT JOIN triple_total AS t ON t.person_seq = s.person_seq
  LEFT JOIN stranger_total AS n ON n.person_seq = s.person_seq
  LEFT JOIN loss_total AS o ON o.person_seq = s.person_seq
  LEFT JOIN flagged AS f ON f.person_seq = s.person_seq
), asked AS (
  SELECT
    *,
    open_bits | standing_bits | CASE WHEN open_bits = 0 AND life_bits <> 0 THEN 0 ELSE stranger_bit END AS question_bits
  FROM fact
), formed AS (
  SELECT *, FALSE AS by_double, TRUE AS first_form, settled_bits AS lost_bits
  FROM asked
  WHERE has_other_scheme OR NOT double_settled
  UNION ALL
  SELECT *, TRUE AS by_double, NOT has_other_scheme AS first_form, settled_bits | {double_benefit} AS lost_bits
  FROM asked
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
