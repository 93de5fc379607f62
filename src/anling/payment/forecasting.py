"""Who will stop in one, two, three months if nothing happens, and how each could pass with least trouble (N-C1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from anling.payment.models import Forecast, ForecastLine
from anling.policy import Policy, load
from anling.rules.evidence import Scheme
from anling.rules.forecast import NextWay, Seen, cheapest
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
SELECT each.*, coalesce(each.age >= %(visit_age)s, false) AS old FROM (
    SELECT s.benefit_id, s.person_id, s.region, s.unit, b.residence_region AS village,
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
_WAYS = f"""
CREATE TEMPORARY TABLE payment_way ({", ".join(f"{name} boolean" for name in _FLAGS)}, way text) ON COMMIT DROP
"""
_TAKEN = " AND ".join(f"w.{name} = a.{name}" for name in _FLAGS)
_LINES = f"""
INSERT INTO payment_forecastline (forecast_id, benefit_id, person_id, region, unit, village, age, month, way)
SELECT %(forecast)s, a.benefit_id, a.person_id, a.region, a.unit, a.village, a.age, a.month, w.way
FROM payment_ahead a JOIN payment_way w ON {_TAKEN} WHERE a.month <= %(last)s
"""
_HORIZON = f"""
SELECT w.way, a.month, count(*) FROM payment_ahead a JOIN payment_way w ON {_TAKEN} GROUP BY w.way, a.month
"""


def ask(*, region: str, by: Actor, at: datetime) -> None:
    """Have the worker make the forecast of a region. Raises NotAllowedError."""
    require(by, Act.SIGN_PAY, region)
    with within(Scope(region)):
        record(Kind.FORECAST_ASKED, by=by, at=at, on=Subject("forecast", "", region))
        app.configure_task(FORECAST_TASK, queue="payment").defer(region=region, by=by.key)


def forecast(
    *, region: str, by: Actor, at: datetime, progress: Progress = lambda label, done, total: None
) -> Forecast:  # fmt: skip
    """Make the forecast of a region; the lines of its earlier one go, its counts stay. Raises NotAllowedError."""
    require(by, Act.SIGN_PAY, region)
    policy, today = load(), timezone.localdate(at)
    this = Month.of_date(today)
    with within(Scope(region)), connection.cursor() as cursor:
        progress("clocks", 0, 2)
        make_stands(policy, region=region, on=today, cutoff=at)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.payment_ahead, pg_temp.payment_way")
        cursor.execute(_AHEAD, _values(policy, region, today, this))
        _ask_the_rule(cursor)
        progress("lines", 1, 2)
        cursor.execute("SELECT count(*) FROM passes_stand WHERE pay_status = 'paying'")
        (benefits,) = cursor.fetchone()
        made = Forecast.objects.create(
            region=region, made_at=at, doer_label=by.label, policy_version=policy.version, benefits=benefits,
            horizon=_horizon(cursor, this),
        )  # fmt: skip
        ForecastLine.objects.filter(forecast__region=region).delete()
        cursor.execute(_LINES, {"forecast": made.pk, "last": (this + AHEAD).first_day})
        record(
            Kind.FORECAST_MADE, by=by, at=at, on=Subject("forecast", str(made.pk), region),
            policy_version=policy.version, rows=cursor.rowcount,
        )  # fmt: skip
        progress("lines", 2, 2)
    return made


def _values(policy: Policy, region: str, today: date, this: Month) -> dict[str, Any]:
    visit_age = policy.payment_rule(Scheme.RESIDENT, region, today).visit_age
    return {
        "today": today, "first": this.first_day, "since": (this - LOOKED_BACK).first_day,
        "after": (this + HORIZON).first_day, "visit_age": visit_age,
    }  # fmt: skip


def _ask_the_rule(cursor: Any) -> None:
    """The rule is asked once for every set of facts that occurs."""
    cursor.execute(_WAYS)
    cursor.execute(f"SELECT DISTINCT {', '.join(_FLAGS)} FROM payment_ahead")
    for found in cursor.fetchall():
        way = cheapest(Seen(**dict(zip(_FLAGS, found, strict=True))))
        cursor.execute(f"INSERT INTO payment_way VALUES ({', '.join(['%s'] * 6)})", [*found, way.value])


def _horizon(cursor: Any, this: Month) -> Mapping[str, list[int]]:
    counts = {way.value: [0] * HORIZON for way in NextWay}
    cursor.execute(_HORIZON)
    for way, month, number in cursor.fetchall():
        counts[way][Month.of_date(month) - this] = number
    return counts
