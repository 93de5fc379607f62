-- Life signs under the number but not under the very name: a variant of it, or a different name.
SELECT n.person_seq, n.mark, n.record, n.in_window, o.is_variant
FROM seen AS n
JOIN other_name AS o ON o.person_seq = n.person_seq AND o.their_name = n.their_name
WHERE n.their_name IS NOT NULL
