"""Passes are added, revoked, never edited; the clock is read from them (N-A2, N-A3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from anling.access.errors import NotAllowedError
from anling.access.models import Officer
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.passes.clocks import Stand, newest_months, passes_of, stands
from anling.passes.errors import PassError
from anling.passes.models import Way
from anling.passes.operations import adopt_imported, record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.passes.stands import make_stands
from anling.policy import load
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.client import NUMBER, person
from tests.support.platform import DAY, NOW, clerk

HERE, ELSEWHERE = Scope("440104"), Scope("440305")
MAY, JUNE = Month.of(2026, 5), Month.of(2026, 6)


def _benefit(**changed: object) -> Benefit:
    with within(HERE):
        key = person(NUMBER, "440104")
        Benefit.objects.filter(person=key).update(**changed)
        return Benefit.objects.get(person=key)


def _pass(benefit: Benefit, month: Month = JUNE, source: str = "case:1", at: datetime = NOW) -> int:
    by = clerk("4401", f"clerk-{Officer.objects.count()}")
    with within(HERE):
        return record_pass(
            benefits=[benefit], month=month, shown_at=at, origin=Origin(Way.OUTLET, source), by=by, at=at
        )


def _stand(benefit: Benefit, cutoff: datetime = NOW) -> Stand:
    with within(HERE):
        return stands([benefit], load(), on=DAY, cutoff=cutoff)[0]


@pytest.mark.usefixtures("db")
def test_the_newest_pass_moves_the_clock_and_an_older_one_that_comes_late_does_not() -> None:
    benefit = _benefit()
    _pass(benefit, JUNE, "case:1")
    _pass(benefit, MAY, "case:2")
    found = _stand(benefit)
    assert found.clock is not None
    assert (found.clock.base, found.clock.stop_month) == (JUNE, Month.of(2027, 7))
    assert [Month.of_date(each.month) for each in found.passes] == [JUNE, MAY]
    with within(HERE):
        assert newest_months([benefit.pk], cutoff=NOW) == {benefit.pk: JUNE}


@pytest.mark.usefixtures("db")
def test_one_source_makes_one_pass() -> None:
    benefit = _benefit()
    assert _pass(benefit) == _pass(benefit)
    with within(HERE):
        assert len(passes_of([benefit.pk])[benefit.pk]) == 1


@pytest.mark.usefixtures("db")
def test_a_revoked_pass_stays_on_record_and_counts_no_more() -> None:
    benefit = _benefit(benefit_start=date(2020, 3, 1), scheme="employee")
    made = _pass(benefit)
    with within(HERE):
        revoke_pass(made=made, reason="the wrong person's card", by=clerk("4401"), at=NOW)
        with pytest.raises(PassError, match="already"):
            revoke_pass(made=made, reason="again", by=clerk("4401", "two"), at=NOW)
    found = _stand(benefit)
    assert found.first
    assert found.clock is not None
    assert found.clock.base == Month.of(2020, 3)
    assert [each.revocation.reason for each in found.passes] == ["the wrong person's card"]


@pytest.mark.usefixtures("db")
def test_what_is_recorded_after_the_cut_off_does_not_count_before_it() -> None:
    benefit = _benefit(application_month=date(2024, 1, 1), approval_month=date(2024, 2, 1), scheme="resident")
    _pass(benefit)
    found = _stand(benefit, NOW - timedelta(seconds=1))
    assert found.first
    assert found.clock is not None
    assert found.clock.base == Month.of(2024, 2)


@pytest.mark.usefixtures("db")
def test_passes_follow_the_benefit_into_another_region_and_are_seen_nowhere_else() -> None:
    benefit = _benefit()
    _pass(benefit)
    with within(ELSEWHERE):
        assert passes_of([benefit.pk])[benefit.pk] == []
    with within(Scope("44")):
        Benefit.objects.filter(pk=benefit.pk).update(region="440305")
    with within(ELSEWHERE):
        assert len(passes_of([benefit.pk])[benefit.pk]) == 1
    with within(HERE):
        assert passes_of([benefit.pk])[benefit.pk] == []


@pytest.mark.usefixtures("db")
def test_a_newer_imported_month_becomes_a_pass_once() -> None:
    benefit = _benefit(last_pass_month=JUNE.first_day)
    by = clerk("4401")
    with within(HERE):
        assert adopt_imported(source="import:1", by=by, at=NOW).covers == 1
        assert adopt_imported(source="import:2", by=by, at=NOW).covers == 0
        (made,) = passes_of([benefit.pk])[benefit.pk]
        assert (made.way, Month.of_date(made.month)) == (Way.IMPORTED, JUNE)
        revoke_pass(made=made.pk, reason="copied from a neighbour", by=by, at=NOW)
        assert adopt_imported(source="import:3", by=by, at=NOW).covers == 0


@pytest.mark.usefixtures("db")
def test_a_pass_is_refused_for_a_month_to_come_and_from_another_region() -> None:
    benefit = _benefit()
    with pytest.raises(PassError, match="2026-08 is still to come"):
        _pass(benefit, Month.of(2026, 8))
    with within(HERE), pytest.raises(NotAllowedError):
        record_pass(
            benefits=[benefit], month=JUNE, shown_at=datetime(2026, 6, 2, tzinfo=UTC), origin=Origin(Way.VISIT, "x:1"),
            by=clerk("4403", "far"), at=NOW,
        )  # fmt: skip


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("statement", ["UPDATE passes_pass SET month = '2026-01-01'", "DELETE FROM passes_cover"])
def test_the_serving_role_neither_edits_nor_removes_a_pass(statement: str) -> None:
    _pass(_benefit())
    with pytest.raises(ProgrammingError, match="permission denied"), within(HERE), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("db")
def test_the_table_of_all_clocks_says_what_the_rule_says_of_each() -> None:
    months = [None, date(2024, 1, 1), date(2024, 3, 1)]
    made = [
        _benefit(scheme=scheme, application_month=applied, approval_month=approved, benefit_start=began)
        for scheme in ("resident", "employee")
        for applied in months
        for approved in months
        for began in months
    ]
    for place, benefit in enumerate(made[::3]):
        _pass(benefit, MAY if place % 2 else JUNE)
    with within(HERE), connection.cursor() as cursor:
        make_stands(load(), region="4401", on=DAY, cutoff=NOW)
        cursor.execute("SELECT benefit_id, base, stop_month FROM passes_stand")
        said = {benefit: (base, stop) for benefit, base, stop in cursor.fetchall()}
        clocks = [each.clock for each in stands(made, load(), on=DAY, cutoff=NOW)]
    assert said == {
        benefit.pk: (clock.base.first_day, clock.stop_month.first_day) if clock else (None, None)
        for benefit, clock in zip(made, clocks, strict=True)
    }
    assert None in clocks
