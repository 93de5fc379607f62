"""Who is told what, by which channel and how often; and who was warned before a stop (N-A3)."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from anling.access.errors import NotAllowedError
from anling.access.models import Officer
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.notices import operations
from anling.notices.errors import NoticeError
from anling.notices.models import Channel, Kind, Notice, State
from anling.notices.queries import Warned, of_person, warned, warnings_of, words_of
from anling.notices.warnings import reminder, warn
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.roster.models import Benefit
from anling.rules.months import Month
from anling.territory.models import Agency, Region
from tests.support.client import NUMBER, person
from tests.support.platform import NOW, clerk

HERE, PROVINCE = Scope("440104"), Scope("44")
AUGUST = Month.of(2026, 8)
VALUES = {"until": "2026-07", "stop": "2026-08"}


def a_benefit(**fields: object) -> Benefit:
    with within(PROVINCE):
        key = person(NUMBER, "440104", 1, **{"phone": "13800000001", "address": "越秀区东风路1号", **fields})
        return Benefit.objects.get(person=key)


def _queue(benefit: Benefit, about: str = "2026-08:30", at: datetime = NOW) -> Notice:
    by = clerk("4401", f"clerk-{Officer.objects.count()}")
    with within(HERE):
        return operations.queue(
            benefit=benefit, kind=Kind.WARNING, about=about, stop_month=AUGUST, values=VALUES, by=by, at=at
        )


def _warn(today: date) -> dict[str, int]:
    at = datetime(today.year, today.month, today.day, 2, 0, tzinfo=UTC)
    return dict(warn(region="44", today=today, by=reminder(), at=at).queued.by_channel())


def _notices() -> list[tuple[str, str, str]]:
    with within(PROVINCE):
        return [(n.about, n.channel, n.state) for n in Notice.objects.order_by("id")]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("fields", "channel", "state", "why"),
    [
        ({}, "sms", "queued", ""),
        ({"phone": " "}, "post", "queued", ""),
        ({"phone": "", "address": ""}, "post", "undeliverable", "no_address"),
    ],
)
def test_the_channel_is_what_leads_to_the_person(fields: dict[str, object], channel: str, state: str, why: str) -> None:
    made = _queue(a_benefit(**fields))
    assert (made.channel, made.state, made.why) == (channel, state, why)


@pytest.mark.usefixtures("db")
def test_wechat_is_chosen_where_there_is_consent_and_no_telephone_and_not_after_it_ends() -> None:
    benefit, by = a_benefit(phone=""), clerk("4401", "wx")
    with within(HERE):
        operations.subscribe(
            benefit=benefit.pk, open_id="oX1", consent="at the counter", allowed=[Kind.WARNING], by=by, at=NOW
        )
    assert _queue(benefit).channel == Channel.WECHAT
    with within(HERE):
        operations.unsubscribe(benefit=benefit.pk, reason="asked for it", by=by, at=NOW)
    assert _queue(benefit, "2026-08:60").channel == Channel.POST


@pytest.mark.usefixtures("db")
def test_the_same_is_told_once_and_recorded_once() -> None:
    benefit = a_benefit()
    assert _queue(benefit).pk == _queue(benefit).pk
    assert Entry.objects.filter(kind="notices.notice_queued").count() == 1
    assert NUMBER not in json.dumps([_notices(), list(Entry.objects.values("after", "before"))], default=str)


@pytest.mark.usefixtures("db")
def test_a_wrong_number_is_passed_over_until_it_is_corrected() -> None:
    benefit, by = a_benefit(), clerk("4401", "marks")
    _queue(benefit)
    with within(HERE):
        operations.mark_wrong(benefit=benefit.pk, channel=Channel.SMS, reason="a stranger answers", by=by, at=NOW)
    assert _notices() == [("2026-08:30", "sms", "undeliverable"), ("2026-08:30", "post", "queued")]
    assert _queue(benefit, "2026-09:90").channel == Channel.POST
    with within(PROVINCE):
        Benefit.objects.filter(pk=benefit.pk).update(phone="13800000002")
    assert _queue(benefit, "2026-09:60").channel == Channel.SMS


@pytest.mark.usefixtures("db")
def test_no_message_goes_out_at_night_nor_more_than_two_in_a_week() -> None:
    benefit = a_benefit()
    night = datetime(2026, 7, 1, 13, 30, tzinfo=UTC)  # 21:30 in Guangzhou
    first, second, third = (_queue(benefit, f"2026-08:{n}", night) for n in range(3))
    morning = datetime(2026, 7, 2, 0, 0, tzinfo=UTC)
    assert [each.send_after for each in (first, second, third)] == [morning, morning, morning + timedelta(days=7)]


@pytest.mark.usefixtures("db")
def test_values_that_no_template_takes_are_refused_with_those_it_takes() -> None:
    by, benefit = clerk("4401", "x"), a_benefit()
    with within(HERE), pytest.raises(NoticeError, match="filled with until or until, stop, not with until, when"):
        operations.queue(
            benefit=benefit, kind=Kind.WARNING, about="a", stop_month=None, values={"until": "2026-07", "when": "x"},
            by=by, at=NOW,
        )  # fmt: skip


@pytest.mark.usefixtures("db")
def test_only_a_notice_that_waits_is_cancelled_and_then_not_queued_again() -> None:
    benefit, by = a_benefit(), clerk("4401", "cancels")
    made = _queue(benefit)
    with within(HERE):
        with pytest.raises(NoticeError, match="Say why"):
            operations.cancel(notice=made.pk, reason=" ", by=by, at=NOW)
        operations.cancel(notice=made.pk, reason="she came to the counter", by=by, at=NOW)
        with pytest.raises(NoticeError, match="only one that waits"):
            operations.cancel(notice=made.pk, reason="again", by=by, at=NOW)
    assert _queue(benefit).state == State.CANCELLED


@pytest.mark.usefixtures("db")
def test_nobody_tells_people_of_another_region() -> None:
    benefit, by = a_benefit(), clerk("4403", "far")
    with within(HERE), pytest.raises(NotAllowedError):
        operations.queue(
            benefit=benefit, kind=Kind.WARNING, about="a", stop_month=None, values=VALUES, by=by, at=NOW
        )  # fmt: skip


@pytest.mark.usefixtures("db")
def test_warnings_come_90_60_and_30_days_before_and_a_missed_one_is_not_made_up_for() -> None:
    benefit = a_benefit(approval_month=date(2025, 7, 1))  # counts from July 2025: stops in August 2026
    assert _warn(date(2026, 5, 2))["sms"] == 0  # 91 days
    assert _warn(date(2026, 5, 3))["sms"] == 1
    assert _warn(date(2026, 5, 4))["sms"] == 0
    assert _warn(date(2026, 7, 5))["sms"] == 1  # 27 days: the second was missed, the last one goes out
    assert _notices() == [("2026-08:90", "sms", "queued"), ("2026-08:30", "sms", "queued")]
    with within(PROVINCE):
        assert words_of(Notice.objects.all()[0]).letter[1].text.startswith("最迟2026年7月31日要办好")
        assert [each.about for each in warnings_of(benefit.pk, AUGUST)] == ["2026-08:30", "2026-08:90"]
        assert len(of_person(benefit.person_id)) == 2


@pytest.mark.usefixtures("db")
def test_a_pass_ends_the_warnings_and_nobody_who_is_suspended_is_warned() -> None:
    benefit = a_benefit(approval_month=date(2025, 7, 1))
    a_benefit(approval_month=date(2025, 7, 1), pay_status="suspended")
    a_benefit(approval_month=None, application_month=None)  # no base: a case, never a stop
    assert _warn(date(2026, 5, 3))["sms"] == 1
    with within(HERE):
        record_pass(
            benefits=[benefit], month=Month.of(2026, 6), shown_at=NOW, origin=Origin(Way.VISIT, "x:1"),
            by=clerk("4401", "visits"), at=datetime(2026, 6, 2, tzinfo=UTC),
        )  # fmt: skip
    assert _warn(date(2026, 7, 5))["sms"] == 0


@pytest.mark.usefixtures("db")
def test_whoever_is_over_the_time_and_was_never_warned_is_told_once() -> None:
    a_benefit(approval_month=date(2025, 5, 1), scheme="employee", benefit_start=date(2025, 5, 1))
    assert [_warn(date(2026, 7, day))["sms"] for day in (1, 2, 3)] == [1, 0, 0]
    assert _notices() == [("2026-06:0", "sms", "queued")]


@pytest.mark.usefixtures("db")
def test_what_became_of_warnings_is_answered_for_many_benefits_at_once() -> None:
    arrived, waits, lost, never = (a_benefit() for _ in range(4))
    for each, state in ((arrived, "delivered"), (waits, "sent"), (lost, "undeliverable")):
        made = _queue(each)
        with within(PROVINCE):
            Notice.objects.filter(pk=made.pk).update(state=state)
    with within(PROVINCE):
        found = warned([each.pk for each in (arrived, waits, lost, never)], AUGUST)
    assert list(found.values()) == [Warned.DELIVERED, Warned.UNDER_WAY, Warned.UNDELIVERABLE, Warned.NONE]


@pytest.mark.usefixtures("db")
def test_notices_follow_the_benefit_into_another_region() -> None:
    benefit = a_benefit()
    made = _queue(benefit)
    with within(PROVINCE):
        Benefit.objects.filter(pk=benefit.pk).update(region="440305")
    with within(HERE):
        assert not Notice.objects.filter(pk=made.pk).exists()
    with within(Scope("440305")), transaction.atomic():
        assert Notice.objects.get(pk=made.pk).benefit_id == benefit.pk


@pytest.mark.usefixtures("db")
def test_a_notice_names_the_number_of_the_agency_that_pays() -> None:
    Region.objects.get_or_create(code="440104", defaults={"name": "越秀区", "level": "county"})
    Agency.objects.create(code="A1", name="越秀中心", region_id="440104", phone=" 020-8765 ")
    benefit = a_benefit(agency="A1")
    ours = _queue(benefit)
    Agency.objects.update(phone="")
    theirs = _queue(benefit, about="2026-08:60")
    assert [each.values["hotline"] for each in (ours, theirs)] == ["020-8765", "12333"]
    assert "020-8765" in words_of(ours).message
