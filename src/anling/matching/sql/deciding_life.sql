-- The life signs that decide: those that certify (rule 6), that contradict a loss (3), or that bear another name (5).
-- Only a contradiction (rule 3) also decides for rows with a proven double benefit.
SELECT n.person_seq, n.record, n.mark, n.is_variant, FALSE AS is_stranger, FALSE AS contradicts
FROM strong_sign AS n
ANTI JOIN held AS h ON h.person_seq = n.person_seq
WHERE n.in_window
UNION ALL
SELECT n.person_seq, n.record, n.mark, n.is_variant, FALSE AS is_stranger, FALSE AS contradicts
FROM weak_sign AS n
JOIN triple AS t ON t.person_seq = n.person_seq AND t.day_kind = mark_day_kind(n.mark)
ANTI JOIN held AS h ON h.person_seq = n.person_seq
UNION ALL
SELECT n.person_seq, n.record, n.mark, n.is_variant, FALSE AS is_stranger, TRUE AS contradicts
FROM strong_sign AS n
JOIN outcome AS o ON o.person_seq = n.person_seq
WHERE o.rule = 3 AND o.first_form AND mark_day(n.mark) > o.contradicted_day
UNION ALL
SELECT n.person_seq, n.record, n.mark, FALSE AS is_variant, TRUE AS is_stranger, FALSE AS contradicts
FROM renamed AS n
JOIN outcome AS o ON o.person_seq = n.person_seq
WHERE o.rule = 5 AND o.first_form AND (o.reason_bits & {life_other_name}) <> 0 AND n.in_window AND NOT n.is_variant
