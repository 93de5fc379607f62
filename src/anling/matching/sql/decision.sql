-- What is said of each compared roster row; `pos` finds it again in the roster store. People with one row need no join.
SELECT only_pos AS pos, person_seq, by_double, rule, reason_bits, CASE WHEN rule = 6 THEN newest_day END AS pass_day
FROM outcome
WHERE only_pos IS NOT NULL
UNION ALL
SELECT
  r.pos, r.person_seq,
  coalesce(o.by_double, FALSE) AS by_double,
  coalesce(o.rule, 7) AS rule,
  coalesce(o.reason_bits, {roster_id_invalid} | {absence}) AS reason_bits,
  CASE WHEN o.rule = 6 THEN o.newest_day END AS pass_day
FROM slice_row AS r
LEFT JOIN outcome AS o
  ON o.person_seq = r.person_seq AND o.by_double = (r.scheme = 'resident' AND o.double_settled)
WHERE r.key IS NULL OR NOT r.only_row
