-- The newest weak sign of each person that belongs to a triple.
SELECT person_seq, day_of_day_kind(max(day_kind)) AS newest_day FROM triple GROUP BY person_seq
