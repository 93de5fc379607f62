"""Where every clock stands, as one query over a province (N-A2); one benefit alone: anling.passes.clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from anling.passes.clocks import NEWEST
from anling.policy import Policy

STOPS = f"""
SELECT b.id AS benefit_id, b.person_id, b.region, b.scheme, b.pay_status, counted.base,
    (counted.base + make_interval(months => rule.cycle_months))::date AS last_ok,
    (counted.base + make_interval(months => rule.stop_after_months))::date AS stop_month
FROM roster_benefit b
LEFT JOIN ({NEWEST}) AS newest ON newest.benefit_id = b.id
CROSS JOIN LATERAL (
    SELECT * FROM unnest(%(rule_schemes)s::text[], %(rule_prefixes)s::text[], %(rule_cycles)s::int[],
        %(rule_stops)s::int[], %(rule_bases)s::text[])
        AS rules (scheme, prefix, cycle_months, stop_after_months, first_base)
    WHERE rules.scheme = b.scheme AND starts_with(b.region, rules.prefix)
    ORDER BY length(rules.prefix) DESC LIMIT 1
) AS rule
CROSS JOIN LATERAL (
    SELECT coalesce(newest.month, CASE rule.first_base
        WHEN 'application_next_month'
            THEN (coalesce(b.application_month, b.approval_month) + make_interval(months => 1))::date
        WHEN 'application_month' THEN coalesce(b.application_month, b.approval_month)
        WHEN 'approval_month' THEN coalesce(b.approval_month, b.application_month)
        WHEN 'benefit_start' THEN b.benefit_start
    END) AS base
) AS counted
WHERE counted.base IS NOT NULL
"""
"""Benefits in scope with base, last_ok and stop_month, each the first day of its month; none without a known base."""


def stop_values(policy: Policy, *, on: date, cutoff: datetime) -> Mapping[str, Any]:
    """The parameters of STOPS: the rules of a day, and passes recorded up to a moment."""
    rules = policy.clock_rules(on)
    return {
        "cutoff": cutoff,
        "rule_schemes": [str(scheme) for scheme, _, _ in rules],
        "rule_prefixes": [prefix for _, prefix, _ in rules],
        "rule_cycles": [rule.cycle_months for _, _, rule in rules],
        "rule_stops": [rule.stop_after_months for _, _, rule in rules],
        "rule_bases": [str(rule.first_base) for _, _, rule in rules],
    }
