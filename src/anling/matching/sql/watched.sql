-- People with a loss in force, or a lead of one: strong signs of life dated after it count at any age (rules 3 and 5).
SELECT person_seq, min(day) AS loss_day
FROM loss_tie
WHERE why_not IS NULL OR why_not = identity
GROUP BY person_seq
