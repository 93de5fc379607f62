"""Whoever passed is told once, where the policy says so: until when, or that stopped pay goes on (N-B2 to N-B5)."""

from datetime import timedelta
from typing import Any

import pytest

from anling.audit.scope import within
from anling.notices.models import Notice
from anling.notices.queries import words_of
from anling.notices.results import tell_results
from anling.notices.warnings import reminder
from anling.passes.models import Pass, Way
from anling.passes.operations import record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.pay import HERE, REGION, STOP, PayOffice, on

pytestmark = pytest.mark.usefixtures("db")
REACHED: dict[str, Any] = {"phone": "13800000001"}
MAY = Month.of(2026, 5)


def _passes(office: PayOffice, benefit: Benefit, way: Way, month: Month = STOP, day: int = 10) -> None:
    office.passes += 1
    with within(HERE):
        record_pass(
            benefits=[benefit], month=month, shown_at=on(day), origin=Origin(way, f"test:{office.passes}"),
            by=office.clerk, at=on(day),
        )  # fmt: skip


def _round(day: int = 10) -> int:
    return tell_results(region=REGION, by=reminder(), at=on(day) + timedelta(minutes=5)).count


def _told() -> list[tuple[int, str, dict[str, str]]]:
    with within(HERE):
        rows = Notice.objects.filter(kind="result").order_by("id")
        return [
            (each.benefit_id, each.about, {k: v for k, v in each.values.items() if k != "hotline"}) for each in rows
        ]


def test_who_passed_reads_until_when_nothing_is_to_do_and_reads_it_once() -> None:
    office = PayOffice()
    benefit = office.benefit(base=MAY, **REACHED)
    _passes(office, benefit, Way.OUTLET)
    assert (_round(), _round()) == (1, 0)
    _passes(office, benefit, Way.REMOTE, day=11)
    assert _round(11) == 0
    assert _told() == [(benefit.pk, "passed:2026-08", {"until": "2027-08"})]


@pytest.mark.parametrize(
    ("way", "told"),
    [(Way.REMOTE, 1), (Way.UNIT, 1), (Way.OUTLET, 1), (Way.VISIT, 1), (Way.ENROLMENT, 1), (Way.COOPERATION, 1),
     (Way.CONSULAR, 1), (Way.COMPARISON, 0), (Way.IMPORTED, 0)],
)  # fmt: skip
def test_after_which_ways_people_are_told_is_policy_and_a_comparison_goes_unnoticed(way: Way, told: int) -> None:
    office = PayOffice()
    _passes(office, office.benefit(base=MAY, **REACHED), way)
    assert _round() == told


def test_whose_pay_is_stopped_reads_that_it_goes_on_with_the_next_pay() -> None:
    office = PayOffice()
    stopped = office.benefit(**REACHED)
    office.warned(stopped)
    office.handed_over()
    _passes(office, stopped, Way.OUTLET)
    assert _round() == 1
    assert _told() == [(stopped.pk, "passed:2026-08", {"passed": "2026-08"})]
    with within(HERE):
        assert "停发的养老金下一次发钱就接着发" in words_of(Notice.objects.get(kind="result")).message


@pytest.mark.parametrize(("reason", "said"), [("detained", "detained"), ("death", "other")])
def test_a_pass_lifts_no_custody_nothing_is_promised_and_the_cause_is_told(reason: str, said: str) -> None:
    office = PayOffice()
    held = office.benefit(base=MAY, pay_status="suspended", suspend_reason=reason, **REACHED)
    _passes(office, held, Way.OUTLET)
    assert (_round(), _round()) == (1, 0)
    assert _told() == [(held.pk, "passed:2026-08", {"passed": "2026-08", "cause": said})]


def test_to_whose_pay_has_ended_nothing_is_told_of_a_pass() -> None:
    office = PayOffice()
    ended = office.benefit(base=MAY, **REACHED)
    _passes(office, ended, Way.OUTLET)
    with within(HERE):
        Benefit.objects.filter(pk=ended.pk).update(pay_status="ended")
    assert _round() == 0


def test_what_was_revoked_or_lies_longer_back_than_the_policy_says_is_not_told() -> None:
    office = PayOffice()
    revoked, old = (office.benefit(base=MAY, **REACHED) for _ in range(2))
    _passes(office, old, Way.OUTLET, day=2)
    _passes(office, revoked, Way.OUTLET)
    with within(HERE):
        made = Pass.objects.get(person=revoked.person_id, month=STOP.first_day)
        revoke_pass(made=made.pk, reason="somebody else stood there", by=office.clerk, at=on(10))
    assert _round() == 0
    assert _round(12) == 0
