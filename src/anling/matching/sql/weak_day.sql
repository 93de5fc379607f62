-- Days with weak signs, each with its kinds as bits, its place in the person's row of days, and its neighbours.
-- Days without a neighbour within the span are out.
WITH dated AS (
  SELECT person_seq, mark_day(mark) AS day, bit_or(kind_bit(mark_kind(mark))) AS kinds
  FROM weak_sign
  GROUP BY person_seq, mark_day(mark)
), placed AS (
  SELECT
    person_seq, day, kinds,
    row_number() OVER (PARTITION BY person_seq ORDER BY day) AS place,
    lag(day) OVER (PARTITION BY person_seq ORDER BY day) AS before_day,
    lead(day) OVER (PARTITION BY person_seq ORDER BY day) AS after_day
  FROM dated
)
SELECT
  person_seq, day, kinds, place, coalesce(before_day, {never_day}) AS before_day, coalesce(after_day, {far_day}) AS after_day
FROM placed
WHERE before_day >= day - {p3_span_days} OR after_day <= day + {p3_span_days}
