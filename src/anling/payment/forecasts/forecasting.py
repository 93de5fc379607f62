"""Who will stop in one, two, three months if nothing happens, and how each could pass with least trouble (N-C1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.passes.stands import make_stands
from anling.payment.models import Forecast, ForecastLine, ForecastLoad
from anling.policy import Policy, load
from anling.rules.evidence import Scheme
from anling.rules.forecast import Seen, cheapest
from anling.rules.months import Month

FORECAST_TASK = "payment.forecast"
AHEAD = 3
"""Months for which people are named."""
HORIZON = 12
"""Months for which they are counted, the current one first."""
LOOKED_BACK = 24
"""Months within which somebody passed by data or telephone, to be expected to do so again."""
Progress = Callable[[str, int, int], None]

_FLAGS = ("by_data", "by_phone", "has_unit", "outlet_near", "old")
_AHEAD = """
CREATE TEMPORARY TABLE payment_ahead ON COMMIT DROP AS
SELECT each.*, false AS old FROM (
    SELECT s.benefit_id, s.person_id, s.region, s.scheme, s.unit, b.residence_region AS village,
        extract(year FROM age(%(today)s::date, p.birth_date))::int AS age,
        greatest(s.stop_month, %(first)s::date) AS month,
        coalesce(w.by_data, false) AS by_data, coalesce(w.by_phone, false) AS by_phone, s.unit <> '' AS has_unit,
        o.county IS NOT NULL AS outlet_near
    FROM passes_stand s
    JOIN roster_benefit b ON b.id = s.benefit_id
    JOIN roster_person p ON p.id = s.person_id
    LEFT JOIN (
        SELECT benefit_id, bool_or(way = 'comparison') AS by_data, bool_or(way = 'remote') AS by_phone
        FROM passes_cover c WHERE month >= %(since)s
            AND NOT EXISTS (SELECT 1 FROM passes_revocation r WHERE r.made_id = c.made_id)
        GROUP BY benefit_id
    ) AS w ON w.benefit_id = s.benefit_id
    LEFT JOIN (
        SELECT DISTINCT left(region_id, 6) AS county FROM territory_outlet
        WHERE valid_to IS NULL OR valid_to >= %(today)s
    ) AS o ON o.county = left(s.region, 6)
    WHERE s.pay_status = 'paying' AND s.stop_month < %(after)s
) AS each
"""
_OLD = """
UPDATE payment_ahead a SET old = a.age >= v.visit_age
FROM payment_visit_age v
WHERE v.scheme = a.scheme AND v.region = a.region AND v.month = a.month AND a.age IS NOT NULL
"""
_VISIT_AGE = """
CREATE TEMPORARY TABLE payment_visit_age (scheme text, region text, month date, visit_age int) ON COMMIT DROP
"""
_WAYS = f"""
CREATE TEMPORARY TABLE payment_way ({", ".join(f"{name} boolean" for name in _FLAGS)}, way text) ON COMMIT DROP
"""
_TAKEN = " AND ".join(f"w.{name} = a.{name}" for name in _FLAGS)
_LINES = f"""
INSERT INTO payment_forecastline (forecast_id, benefit_id, person_id, region, unit, village, age, month, way)
SELECT %(forecast)s, a.benefit_id, a.person_id, a.region, a.unit, a.village, a.age, a.month, w.way
FROM payment_ahead a JOIN payment_way w ON {_TAKEN} WHERE a.month <= %(last)s
"""
_LOADS = f"""
INSERT INTO payment_forecastload (forecast_id, region, way, month, benefits)
SELECT %(forecast)s, a.region, w.way, a.month, count(*)
FROM payment_ahead a JOIN payment_way w ON {_TAKEN} GROUP BY a.region, w.way, a.month
UNION ALL
SELECT %(forecast)s, region, '', NULL, count(*) FROM passes_stand WHERE pay_status = 'paying' GROUP BY region
"""


def ask_forecast(*, region: str, by: Actor, at: datetime) -> None:
    """Have the worker make the forecast of a region. Raises NotAllowedError."""
    require(by, Act.SIGN_PAY, region)
    with within(Scope(region)):
        record(Kind.FORECAST_ASKED, by=by, at=at, on=Subject("forecast", "", region))
        app.configure_task(FORECAST_TASK, queue="payment").defer(region=region, by=by.key)


def forecast(
    *, region: str, by: Actor, at: datetime, policy: Policy | None = None,
    progress: Progress = lambda label, done, total: None,
) -> Forecast:  # fmt: skip
    """Make the forecast of a region; the people and loads of its earlier one go. Raises NotAllowedError.

    policy: another one than that in force.
    """
    require(by, Act.SIGN_PAY, region)
    policy, today = policy or load(), timezone.localdate(at)
    this = Month.of_date(today)
    with within(Scope(region)), connection.cursor() as cursor:
        progress("clocks", 0, 2)
        make_stands(policy, region=region, on=today, cutoff=at)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.payment_ahead, pg_temp.payment_way, pg_temp.payment_visit_age")
        cursor.execute(_AHEAD, _values(today, this))
        _ask_who_is_old(cursor, policy, today)
        _ask_the_rule(cursor)
        progress("lines", 1, 2)
        cursor.execute("SELECT count(*) FROM passes_stand WHERE pay_status = 'paying'")
        (benefits,) = cursor.fetchone()
        made = Forecast.objects.create(
            region=region, made_at=at, doer_label=by.label, policy_version=policy.version, benefits=benefits,
        )  # fmt: skip
        ForecastLine.objects.filter(forecast__region=region).delete()
        ForecastLoad.objects.filter(forecast__region=region).delete()
        cursor.execute(_LOADS, {"forecast": made.pk})
        cursor.execute(_LINES, {"forecast": made.pk, "last": (this + AHEAD).first_day})
        record(
            Kind.FORECAST_MADE, by=by, at=at, on=Subject("forecast", str(made.pk), region),
            policy_version=policy.version, rows=cursor.rowcount,
        )  # fmt: skip
        progress("lines", 2, 2)
    return made


def _values(today: date, this: Month) -> dict[str, Any]:
    return {
        "today": today, "first": this.first_day, "since": (this - LOOKED_BACK).first_day,
        "after": (this + HORIZON).first_day,
    }  # fmt: skip


def _ask_who_is_old(cursor: Any, policy: Policy, today: date) -> None:
    """From which age on somebody is visited: by the rule of their scheme and region in the month that is at stake."""
    cursor.execute(_VISIT_AGE)
    cursor.execute("SELECT DISTINCT scheme, region, month FROM payment_ahead")
    rows = [
        (scheme, region, month, policy.payment_rule(Scheme(scheme), region, max(month, today)).visit_age)
        for scheme, region, month in cursor.fetchall()
    ]
    cursor.executemany("INSERT INTO payment_visit_age VALUES (%s, %s, %s, %s)", rows)
    cursor.execute(_OLD)


def _ask_the_rule(cursor: Any) -> None:
    """The rule is asked once for every set of facts that occurs."""
    cursor.execute(_WAYS)
    cursor.execute(f"SELECT DISTINCT {', '.join(_FLAGS)} FROM payment_ahead")
    for found in cursor.fetchall():
        way = cheapest(Seen(**dict(zip(_FLAGS, found, strict=True))))
        cursor.execute(f"INSERT INTO payment_way VALUES ({', '.join(['%s'] * 6)})", [*found, way.value])
