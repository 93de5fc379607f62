-- What losses, flags and life signs come to for each person, side by side, as bits of reasons; question_bits: what rule 5
-- would ask. A stranger's life sign is a question only where neither rule 6 nor an open loss speaks.
WITH gathered AS (
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
)
SELECT
  *,
  open_bits | standing_bits | CASE WHEN open_bits = 0 AND life_bits <> 0 THEN 0 ELSE stranger_bit END AS question_bits
FROM gathered
