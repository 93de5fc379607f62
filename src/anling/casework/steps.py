"""The statements of taking a run over: what is listed, what is already settled, what is opened, updated, closed."""

from __future__ import annotations

DUE = """
CREATE TEMPORARY TABLE casework_due ON COMMIT DROP AS
SELECT * FROM unnest(%(schemes)s::text[], %(counties)s::text[], %(days)s::date[], %(estimated)s::boolean[])
    AS d (scheme, county, due, estimated)
"""
"""Last days by scheme and county, as the policy counts them."""

REVOKED = """
CREATE TEMPORARY TABLE casework_revoked ON COMMIT DROP AS
SELECT c.made_id, c.benefit_id, c.month, p.evidence
FROM passes_revocation r JOIN passes_cover c ON c.made_id = r.made_id JOIN passes_pass p ON p.id = r.made_id
WHERE c.way = 'comparison'
"""
PASSED = """
CREATE TEMPORARY TABLE casework_passed ON COMMIT DROP AS
SELECT c.benefit_id, c.month
FROM passes_cover c LEFT JOIN casework_revoked v ON v.made_id = c.made_id AND v.benefit_id = c.benefit_id
WHERE c.way = 'comparison' AND v.made_id IS NULL
  AND c.month >= (SELECT min(d.pass_month) FROM comparison_decision d WHERE d.run_id = %(run)s AND d.list = 'eligible')
"""
"""What comparisons passed already, put aside once: asked for row by row, row security would look each of them up."""

PASSES = """
SELECT b.person_id, d.benefit_id, b.region, d.pass_month AS month, d.pass_month::timestamptz AS shown_at,
    d.deciding AS evidence
FROM comparison_decision d JOIN roster_benefit b ON b.id = d.benefit_id
WHERE d.run_id = %(run)s AND d.list = 'eligible'
  AND NOT EXISTS (SELECT 1 FROM casework_passed p WHERE p.benefit_id = d.benefit_id AND p.month = d.pass_month)
  AND NOT EXISTS (SELECT 1 FROM casework_revoked v
                  WHERE v.benefit_id = d.benefit_id AND v.month = d.pass_month AND v.evidence = d.deciding)
"""
"""The eligible whose month no comparison has passed yet; one that was revoked does not come back on the same records.
Person and region are today's: people were merged and benefits moved since the roster was frozen."""

LISTED = """
CREATE TEMPORARY TABLE casework_listed ON COMMIT DROP AS
SELECT b.person_id, b.region, min(b.unit) AS unit,
    jsonb_agg(d.benefit_id ORDER BY d.benefit_id) AS benefits,
    CASE WHEN bool_or(d.list = 'lost') THEN 'lost' ELSE 'to_verify' END AS kind,
    string_agg(DISTINCT d.reasons, ' ') AS reasons,
    jsonb_agg(DISTINCT d.deciding) AS evidence,
    CASE WHEN NOT bool_or(b.pay_status = 'paying') THEN 3 WHEN bool_or(d.list = 'lost') THEN 1 ELSE 2 END AS priority,
    bool_or(b.pay_status = 'paying') AS pays, min(u.due) AS due, bool_or(u.estimated) AS estimated
FROM comparison_decision d
JOIN roster_benefit b ON b.id = d.benefit_id
JOIN casework_due u ON u.scheme = d.scheme AND u.county = left(d.region, 6)
WHERE d.run_id = %(run)s AND d.list IN ('lost', 'to_verify') AND b.pay_status <> 'ended'
GROUP BY b.person_id, b.region
"""
"""Whom the run lists, one row for a person and paying region. Loss of a benefit that still pays comes first."""

TIDIED = """
UPDATE casework_listed SET
    reasons = (
        SELECT string_agg(code, ' ' ORDER BY array_position(%(order)s::text[], code))
        FROM (SELECT DISTINCT unnest(string_to_array(reasons, ' ')) AS code) AS codes),
    evidence = (
        SELECT coalesce(jsonb_agg(DISTINCT record), '[]'::jsonb)
        FROM jsonb_array_elements(evidence) AS sets, jsonb_array_elements(sets) AS record)
"""

SETTLED = """
DELETE FROM casework_listed l USING (
    SELECT DISTINCT ON (c.person_id, c.region) c.person_id, c.region, c.outcome, c.evidence, c.reasons
    FROM casework_case c JOIN casework_listed i ON i.person_id = c.person_id AND i.region = c.region
    WHERE c.state = 'closed'
    ORDER BY c.person_id, c.region, c.closed_at DESC, c.id DESC
) AS before
WHERE before.person_id = l.person_id AND before.region = l.region AND before.outcome NOT IN ('', 'off_list')
  AND NOT (before.outcome = 'dead' AND l.pays)
  AND NOT (before.outcome IN ('cannot_be_found', 'moved') AND l.kind = 'lost')
  AND before.evidence @> l.evidence
  AND string_to_array(before.reasons, ' ') @> string_to_array(l.reasons, ' ')
  AND NOT EXISTS (SELECT 1 FROM casework_case o
                  WHERE o.person_id = l.person_id AND o.region = l.region AND o.state <> 'closed')
"""
"""Whoever was looked into already, on the same records and for the same reasons, is not looked into again.

But somebody found dead who is still paid, and a loss that was closed without saying whether the person lives, is.
"""

KNOWN = """
CREATE TEMPORARY TABLE casework_known ON COMMIT DROP AS
SELECT c.id, c.region, c.state, c.evidence IS DISTINCT FROM l.evidence OR c.reasons <> l.reasons
        OR (c.kind <> l.kind AND c.kind IN ('lost', 'to_verify')) AS changed, l.kind, l.unit, l.benefits, l.reasons,
    l.evidence, l.priority, l.person_id
FROM casework_case c JOIN casework_listed l ON l.person_id = c.person_id AND l.region = c.region
WHERE c.state <> 'closed'
FOR UPDATE OF c
"""

UPDATED = """
UPDATE casework_case c SET
    kind = CASE WHEN c.kind IN ('lost', 'to_verify') THEN k.kind ELSE c.kind END,
    unit = k.unit, benefits = k.benefits, reasons = k.reasons, evidence = k.evidence, run = %(run)s, as_of = %(as_of)s,
    priority = least(c.priority, k.priority), version = c.version + k.changed::int
FROM casework_known k WHERE k.id = c.id
"""

UPDATE_TOLD = """
INSERT INTO casework_caseevent (case_id, region, what, details, note, at, doer_label)
SELECT id, region, 'listed_again', jsonb_build_object('run', %(run)s::bigint, 'changed', changed), '', %(at)s,
    %(label)s
FROM casework_known WHERE changed OR state <> 'open'
"""

OPENED = """
WITH opened AS (
    INSERT INTO casework_case (person_id, region, unit, benefits, kind, state, reasons, evidence, run, as_of,
        opened_at, due, due_estimated, priority, assignee, assignee_label, tries, outcome, version)
    SELECT l.person_id, l.region, l.unit, l.benefits, l.kind, 'open', l.reasons, l.evidence, %(run)s, %(as_of)s,
        %(at)s, l.due, l.estimated, l.priority, '', '', 0, '', 1
    FROM casework_listed l
    WHERE NOT EXISTS (SELECT 1 FROM casework_known k WHERE k.person_id = l.person_id AND k.region = l.region)
    RETURNING id, region, kind)
INSERT INTO casework_caseevent (case_id, region, what, details, note, at, doer_label)
SELECT id, region, 'opened', jsonb_build_object('run', %(run)s::bigint, 'kind', kind), '', %(at)s, %(label)s FROM opened
"""

_GONE = """
c.region >= %(region)s AND c.region < %(after)s AND c.kind IN ('lost', 'to_verify') AND c.run <> %(run)s
"""

OFF_LIST = f"""
WITH gone AS (
    UPDATE casework_case c SET state = 'closed', outcome = 'off_list', closed_at = %(at)s, version = c.version + 1
    WHERE c.state = 'open' AND c.tries = 0 AND {_GONE}
    RETURNING id, region)
INSERT INTO casework_caseevent (case_id, region, what, details, note, at, doer_label)
SELECT id, region, 'off_list', jsonb_build_object('run', %(run)s::bigint), '', %(at)s, %(label)s FROM gone
"""
"""Nobody had begun, and this run no longer lists the person."""

GONE_IN_WORK = f"""
INSERT INTO casework_caseevent (case_id, region, what, details, note, at, doer_label)
SELECT c.id, c.region, 'no_longer_listed', jsonb_build_object('run', %(run)s::bigint), '', %(at)s, %(label)s
FROM casework_case c WHERE c.state <> 'closed' AND {_GONE}
"""
"""Somebody is at it: they are told, and decide."""

EXPECTED = """
SELECT
    (SELECT coalesce(sum(n.benefits), 0)::bigint FROM comparison_count n
        WHERE n.run_id = %(run)s AND n.list = 'eligible'),
    (SELECT count(DISTINCT (d.person_id, d.region)) FROM comparison_decision d
        WHERE d.run_id = %(run)s AND d.list IN ('lost', 'to_verify')),
    (SELECT count(DISTINCT (d.person_id, d.region)) FROM comparison_decision d
        JOIN casework_case c ON c.person_id = d.person_id AND c.region = d.region AND c.state <> 'closed'
        WHERE d.run_id = %(run)s AND d.list IN ('lost', 'to_verify')),
    (SELECT count(*) FROM casework_case c WHERE c.state = 'open' AND c.tries = 0
        AND c.region >= %(region)s AND c.region < %(after)s AND c.kind IN ('lost', 'to_verify')
        AND NOT EXISTS (SELECT 1 FROM comparison_decision d WHERE d.run_id = %(run)s AND d.person_id = c.person_id
                        AND d.region = c.region AND d.list IN ('lost', 'to_verify')))
"""
"""What a page says before a run is taken over: benefits to pass, people listed, of them known, and off the list."""
