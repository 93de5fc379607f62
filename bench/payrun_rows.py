"""Rows for the benchmark of pay runs: invented people, all alike but for their numbers, regions and months."""

BARE = "UPDATE roster_benefit SET pay_status = 'suspended', suspend_reason = 'no_proof_of_life'"

STATEMENTS = (
    """
    INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex)
    SELECT n, '99', 'X' || n, true, '某' || n, '某' || n, 'mou' || n, 9 FROM generate_series(1, %(rows)s) AS n
    """,
    """
    INSERT INTO roster_benefit (id, benefit_no, person_id, person_no, agency, scheme, region, residence_region, unit,
        benefit_start, pay_status, suspend_reason, monthly_amount, phone, address, pinyin)
    SELECT n, 'B' || n, n, 'P' || n, '', CASE WHEN n %% 3 = 0 THEN 'employee' ELSE 'resident' END,
        '44' || lpad((n %% 21 + 1)::text, 2, '0') || '0' || (n %% 9 + 1)::text, '', 'U' || n %% 5000, '2015-01-01',
        'paying', '', 220 + n %% 400, '', '', 'mou' || n
    FROM generate_series(1, %(rows)s) AS n
    """,
    """
    INSERT INTO passes_pass
        (id, person_id, month, at, recorded_at, way, channel, evidence, source, doer, doer_label, place)
    SELECT n, n, m.month, m.month, m.month, 'comparison', '', '[]', 'run:1', 'machine:bench', 'bench', ''
    FROM generate_series(1, %(rows)s) AS n
    CROSS JOIN LATERAL (SELECT (date '2026-06-01' - (n %% 12) * interval '1 month')::date AS month) AS m
    """,
    """
    INSERT INTO passes_cover (made_id, benefit_id, region, month, recorded_at, way)
    SELECT p.id, b.id, b.region, p.month, p.recorded_at, p.way FROM passes_pass p JOIN roster_benefit b ON b.id = p.id
    """,
    """
    INSERT INTO notices_notice (person_id, benefit_id, region, kind, about, stop_month, channel, language, template,
        "values", sent_to, state, why, tries, provider_id, address_digest, unreached,
        queued_at, queued_by, send_after, sent_at, ended_at)
    SELECT b.person_id, b.id, b.region, 'warning', '2026-08:90', '2026-08-01', 'sms', 'zh-hans', 'warning/1', '{}', '',
        'delivered', '', 1, '', '', false, '2026-05-03', 'machine:bench', '2026-05-03', '2026-05-03', '2026-05-03'
    FROM roster_benefit b JOIN passes_cover c ON c.benefit_id = b.id
    WHERE c.month = '2025-07-01' AND b.id %% 10 > 0
    """,
    """
    INSERT INTO feeds_batch (feed, batch, sha256, file_name, covers_from, covers_to, delivered_at, rows, quarantined,
        months, state, refusal, kept, store_key, way, received_at, settled_at, doer, doer_label, responsible)
    SELECT feed, 'all', '', 'all', '2024-01-01', '2026-08-01', '2026-08-01', 9000000, 0,
        (SELECT jsonb_object_agg(to_char(m, 'YYYY-MM'), 9000000)
         FROM generate_series(timestamp '2025-01-01', timestamp '2026-07-01', interval '1 month') AS m),
        'ready', '', '', '', 'command', '2026-08-01', '2026-08-01', 'machine:bench', 'bench', '44'
    FROM unnest(ARRAY['police_death', 'police_border', 'police_custody', 'justice_prison', 'civil_cremation',
        'health_death', 'insurance_inpatient', 'insurance_outpatient', 'transport_trip', 'gov_login', 'health_visit',
        'police_idcard', 'court_judgment', 'pension_duplicate', 'ministry_answer', 'justice_correction',
        'civil_marriage', 'civil_elderly', 'insurance_pharmacy', 'police_household']) AS feed
    """,
)
"""In this order, as the owner; %(rows)s benefits."""
