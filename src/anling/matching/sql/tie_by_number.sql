-- Loss records whose number a compared person holds: exact, variant or other name.
SELECT
  p.person_seq, p.birth_day AS born, l.batch_no, l.pos,
  CASE
    WHEN l.name_h = p.name_h AND l.name_h <> 0 THEN 'exact'
    WHEN name_agreement(l.name, p.name) = 'variant' THEN 'variant_name'
    ELSE 'other_name'
  END AS identity
FROM loss_record AS l
JOIN person AS p ON p.key = l.key
