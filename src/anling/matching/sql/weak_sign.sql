-- The usable weak signs of life (P3) in the window, of people who have them of two kinds.
-- Own name and grade are one condition: an engine that guesses each of two would take the signs for fewer than the people.
SELECT n.person_seq, n.mark, n.record, FALSE AS is_variant
FROM seen AS n
SEMI JOIN two_kinds AS k ON k.person_seq = n.person_seq
WHERE CASE WHEN n.their_name IS NULL THEN mark_grade(n.mark) END = 3
UNION ALL
SELECT n.person_seq, n.mark, n.record, TRUE AS is_variant
FROM renamed AS n
WHERE n.is_variant AND mark_grade(n.mark) = 3
