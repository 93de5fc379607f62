-- Weak signs that belong to a triple: three days within the span, at least two kinds (rule 6).
-- A sign belongs to one exactly if another day with another kind is near enough and a third day fits with the two:
-- between them, before the earlier, or after the later. So no triple is ever written out.
-- The commonest kind looks for the few days of other kinds; the others look at all days.
WITH scarce AS (
  SELECT * FROM weak_day WHERE kinds <> kind_bit({common_kind})
), one_kind AS (
  SELECT d.*, k.kind, k.kind_bit FROM scarce AS d JOIN weak_kind AS k ON (d.kinds & k.kind_bit) <> 0
  WHERE k.kind <> {common_kind}
)
SELECT a.person_seq, day_kind(a.day, {common_kind}) AS day_kind
FROM weak_day AS a
SEMI JOIN scarce AS b ON b.person_seq = a.person_seq
  AND b.day <> a.day
  AND abs(b.day - a.day) <= {p3_span_days}
  AND (
    abs(b.place - a.place) >= 2
    OR least(a.before_day, b.before_day) >= greatest(a.day, b.day) - {p3_span_days}
    OR greatest(a.after_day, b.after_day) <= least(a.day, b.day) + {p3_span_days}
  )
WHERE (a.kinds & kind_bit({common_kind})) <> 0
UNION ALL
SELECT a.person_seq, day_kind(a.day, a.kind) AS day_kind
FROM one_kind AS a
SEMI JOIN weak_day AS b ON b.person_seq = a.person_seq
  AND b.day <> a.day
  AND abs(b.day - a.day) <= {p3_span_days}
  AND (
    abs(b.place - a.place) >= 2
    OR least(a.before_day, b.before_day) >= greatest(a.day, b.day) - {p3_span_days}
    OR greatest(a.after_day, b.after_day) <= least(a.day, b.day) + {p3_span_days}
  )
  AND (b.kinds & ~a.kind_bit) <> 0
