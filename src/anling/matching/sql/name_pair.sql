-- The other names on those signs, each once for each person, beside the roster's name. Intake keeps the text of every
-- odd name (odd_name); a name without one is plain: simplified Han that everybody can read.
WITH pair AS (
  SELECT DISTINCT person_seq, their_name FROM seen WHERE their_name IS NOT NULL
)
SELECT q.person_seq, q.their_name, p.key, p.name AS own_text, o.name AS their_text
FROM pair AS q
JOIN slice_person AS p ON p.person_seq = q.person_seq
LEFT JOIN odd_name AS o ON o.name_h = q.their_name
