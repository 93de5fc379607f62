-- What the losses of each person come to, as bits of reasons: one column for each rule that asks.
WITH asked AS (
  SELECT
    *,
    sign = 'double_benefit' AS is_double,
    CASE
      WHEN usable THEN sign_bit | {single_source}
      WHEN is_lead AND NOT contradicted THEN CASE identity
        WHEN 'near_id' THEN {lead_near_id} WHEN 'no_id' THEN {lead_no_id} ELSE {lead_other_name} END
      ELSE 0
    END AS open_bit
  FROM weighed_loss
)
SELECT
  person_seq,
  bit_or(CASE WHEN usable AND contradicted THEN sign_bit ELSE 0 END) AS conflict_bits,
  bit_or(CASE WHEN is_settled AND NOT is_double THEN sign_bit ELSE 0 END) AS settled_bits,
  bool_or(is_settled AND is_double) AS double_settled,
  bit_or(CASE WHEN is_double THEN 0 ELSE open_bit END) AS open_bits,
  bit_or(CASE WHEN is_double THEN open_bit ELSE 0 END) AS open_double_bits,
  bit_or(CASE WHEN usable AND before_pass THEN {conflict_with_pass} ELSE 0 END) AS flag_bits,
  min(CASE WHEN usable AND contradicted THEN day END) AS contradicted_day
FROM asked
GROUP BY person_seq
