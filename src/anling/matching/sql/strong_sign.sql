-- The usable strong signs of life (P1, P2), under the person's own name or a variant of it.
SELECT person_seq, mark, record, in_window, FALSE AS is_variant
FROM seen WHERE their_name IS NULL AND mark_grade(mark) <= 2
UNION ALL
SELECT person_seq, mark, record, in_window, TRUE AS is_variant
FROM renamed WHERE is_variant AND mark_grade(mark) <= 2
