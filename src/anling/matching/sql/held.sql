-- People with life signs in the window who are not eligible after all: those signs decide nothing.
SELECT DISTINCT o.person_seq
FROM outcome AS o
JOIN life_total AS l ON l.person_seq = o.person_seq
WHERE o.rule <> 6 AND o.first_form
UNION
SELECT t.person_seq
FROM outcome AS o
JOIN triple_total AS t ON t.person_seq = o.person_seq
WHERE o.rule <> 6 AND o.first_form
