-- The losses of this slice's people, each held against the life signs: settled, contradicted, or only a lead.
SELECT
  t.person_seq, t.batch_no, t.pos, t.row_id, t.identity, t.sign, t.grade, t.day, t.end_day, t.sign_bit, t.why_not,
  t.why_not IS NULL AS usable,
  coalesce(t.why_not = t.identity, FALSE) AS is_lead,
  coalesce(l.strong_day > t.day, FALSE) AND t.sign <> 'double_benefit' AS contradicted,
  d.person_seq IS NOT NULL AS is_settled,
  t.day < month_start(s.last_pass) AND t.sign <> 'double_benefit' AS before_pass
FROM loss_tie AS t
JOIN subject AS s ON s.person_seq = t.person_seq
LEFT JOIN life_total AS l ON l.person_seq = t.person_seq
LEFT JOIN settled AS d ON d.person_seq = t.person_seq AND d.batch_no = t.batch_no AND d.pos = t.pos
