-- The newest weak sign of each person that belongs to a triple.
SELECT person_seq, max(day) AS newest_day FROM triple GROUP BY person_seq
