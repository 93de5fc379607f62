-- The usable weak signs of life (P3) in the window, of people who may have them of two kinds.
SELECT person_seq, mark, row_id, batch_no, FALSE AS is_variant
FROM seen WHERE their_name IS NULL AND mark_grade(mark) = 3
UNION ALL
SELECT person_seq, mark, row_id, batch_no, TRUE AS is_variant
FROM renamed WHERE is_variant AND mark_grade(mark) = 3
