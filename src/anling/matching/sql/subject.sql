-- The people of this slice: base (the earliest of their compared rows), window, and from when their records matter.
-- only_pos: the row of a person who has but one.
WITH based AS (
  SELECT
    r.person_seq, r.pos, r.key, r.scheme, r.first_row, r.only_row, r.name_h, r.birth_day, r.last_pass_month,
    coalesce(r.last_pass_month, CASE c.first_base
      WHEN 'application_next_month' THEN coalesce(r.application_month, r.approval_month) + 1
      WHEN 'application_month' THEN coalesce(r.application_month, r.approval_month)
      WHEN 'approval_month' THEN coalesce(r.approval_month, r.application_month)
      WHEN 'benefit_start' THEN r.benefit_start
    END) AS base
  FROM slice_row AS r
  LEFT JOIN clock_of_region AS c ON r.last_pass_month IS NULL AND c.scheme = r.scheme AND c.region = r.region
  WHERE r.key IS NOT NULL
), human AS (
  SELECT
    person_seq, pos AS only_pos, key, base, last_pass_month AS last_pass, name_h, birth_day AS born,
    scheme <> 'resident' AS has_other_scheme, scheme = 'resident' AS has_resident
  FROM based
  WHERE only_row
  UNION ALL
  SELECT
    person_seq,
    CAST(NULL AS BIGINT) AS only_pos,
    min(key) AS key,
    min(base) AS base,
    max(last_pass_month) AS last_pass,
    max(CASE WHEN first_row THEN name_h END) AS name_h,
    max(CASE WHEN first_row THEN birth_day END) AS born,
    bool_or(scheme <> 'resident') AS has_other_scheme,
    bool_or(scheme = 'resident') AS has_resident
  FROM based
  WHERE NOT only_row
  GROUP BY person_seq
), windowed AS (
  SELECT
    *,
    greatest(month_start(greatest(coalesce(base + 1, 0), {window_month})), coalesce(born, {never_day})) AS window_day
  FROM human
)
SELECT
  h.person_seq, h.only_pos, h.key, h.name_h, h.last_pass, h.born, h.has_other_scheme, h.has_resident,
  mark_of_day(h.window_day) AS window_mark,
  mark_of_day(least(h.window_day, coalesce(w.loss_day + 1, h.window_day))) AS read_mark
FROM windowed AS h
LEFT JOIN watched AS w ON w.person_seq = h.person_seq
