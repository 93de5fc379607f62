-- Each other name judged once for each person: a variant of the roster's name, or a different one.
-- A plain name is a variant exactly if it is the roster's name in simplified characters.
WITH fitting AS (
  SELECT DISTINCT person_seq, their_name FROM read_name WHERE name_agreement(their_text, own_text) = 'variant'
)
SELECT
  q.person_seq, q.their_name,
  CASE
    WHEN q.their_name = 0 THEN FALSE
    WHEN q.their_text IS NOT NULL THEN name_agreement(q.their_text, q.own_text) = 'variant'
    ELSE f.person_seq IS NOT NULL OR simplified_hash(q.own_text) = q.their_name
  END AS is_variant
FROM name_pair AS q
LEFT JOIN fitting AS f ON f.person_seq = q.person_seq AND f.their_name = q.their_name
