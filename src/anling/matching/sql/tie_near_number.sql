-- Leads: the number fails its check and is one slip away from that of a person with the same name.
-- One wrong character (any of the 18) or one adjacent swap; one lead for every person that fits.
WITH mistyped AS (
  SELECT l.batch_no, l.pos, l.id_text, l.name_h
  FROM loss_record AS l
  ANTI JOIN tie_by_number AS t ON t.batch_no = l.batch_no AND t.pos = l.pos
  WHERE l.id_status = 'invalid' AND length(l.id_text) = 18 AND l.name_h <> 0
)
SELECT p.person_seq, p.birth_day AS born, m.batch_no, m.pos, 'near_id' AS identity
FROM mistyped AS m
JOIN person AS p ON p.name_h = m.name_h AND p.id_status = 'valid' AND one_slip(m.id_text, p.id_text)
