-- People with weak signs (P3) of at least two kinds: only they can have a triple.
SELECT person_seq
FROM seen
WHERE mark_grade(mark) = 3
GROUP BY person_seq
HAVING min(mark_kind(mark)) < max(mark_kind(mark)) AND count(*) >= 3
