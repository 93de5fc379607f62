"""Where the clocks of all benefits in scope stand, as one table: for warnings, pay runs and forecasts of a province."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from anling.audit import scope
from anling.passes.clocks import NEWEST
from anling.policy import Policy

_RULES = """
CREATE TEMPORARY TABLE passes_rule (scheme text, prefix text, first_base text, cycle int, months int) ON COMMIT DROP
"""
_CLOCKS = """
CREATE TEMPORARY TABLE passes_clock ON COMMIT DROP AS
SELECT DISTINCT ON (a.scheme, a.region) a.scheme, a.region, r.first_base, r.cycle, r.months
FROM (SELECT DISTINCT scheme, region FROM roster_benefit WHERE pay_status <> 'ended') AS a
JOIN passes_rule r ON r.scheme = a.scheme AND starts_with(a.region, r.prefix)
ORDER BY a.scheme, a.region, length(r.prefix) DESC
"""
_STANDS = f"""
CREATE TEMPORARY TABLE passes_stand ON COMMIT DROP AS
SELECT each.*, (each.base + each.cycle * interval '1 month')::date AS last_ok,
    (each.base + each.months * interval '1 month')::date AS stop_month
FROM (
    SELECT b.id AS benefit_id, b.person_id, b.region, b.unit, b.scheme, b.pay_status, b.suspend_reason, c.cycle,
        c.months, n.month AS passed, coalesce(n.month, (CASE c.first_base
            WHEN 'application_next_month' THEN coalesce(b.application_month, b.approval_month) + interval '1 month'
            WHEN 'application_month' THEN coalesce(b.application_month, b.approval_month)
            WHEN 'approval_month' THEN coalesce(b.approval_month, b.application_month)
            WHEN 'benefit_start' THEN b.benefit_start
        END)::date) AS base
    FROM roster_benefit b
    JOIN passes_clock c ON c.scheme = b.scheme AND c.region = b.region
    LEFT JOIN ({NEWEST}) AS n ON n.benefit_id = b.id
    WHERE b.pay_status <> 'ended' AND starts_with(b.region, %(region)s)
) AS each
"""


def make_stands(policy: Policy, *, region: str, on: date, cutoff: datetime) -> None:
    """Make the temporary table `passes_stand` for a region prefix, from passes recorded up to a moment.

    One row for each benefit in pay or suspended: benefit_id, person_id, region, unit, scheme, pay_status,
    suspend_reason, passed (month of the newest valid pass), base, last_ok and stop_month (null where nothing
    is known to count from). The same rule as anling.rules.clock, which a test holds it to. It goes with the
    running transaction.
    """
    make_clocks(policy, on=on)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.passes_stand")
        cursor.execute(_STANDS, {"region": region, "cutoff": cutoff})
        cursor.execute("ANALYZE pg_temp.passes_stand")


def make_clocks(policy: Policy, *, on: date) -> None:
    """Make the temporary table `passes_clock`: which rule of a day holds for each scheme and region of the scope.

    Columns: scheme, region, first_base, cycle and months (from the base to the last month to pass, and to the stop). It
    goes with the running transaction.
    """
    scope.current()
    rules = [
        (scheme.value, prefix, rule.first_base.value, rule.cycle_months, rule.stop_after_months)
        for scheme, prefix, rule in policy.clock_rules(on)
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.passes_rule, pg_temp.passes_clock")
        cursor.execute(_RULES)
        cursor.executemany("INSERT INTO passes_rule VALUES (%s, %s, %s, %s, %s)", rules)
        cursor.execute(_CLOCKS)
