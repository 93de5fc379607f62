"""Messages go out once, by day, few in a week; what did not arrive goes another way (N-A3)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from anling.access.models import Officer
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.notices import operations
from anling.notices.models import Channel, Kind, Notice, State, WrongContact
from anling.notices.ports import Fate, Message, Receipt
from anling.notices.receipts import ask, take
from anling.notices.sending import key_of, send_due
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support import notices_held
from tests.support.gateways import FakeGateway
from tests.support.platform import NOW, clerk

PROVINCE = Scope("44")
NIGHT = datetime(2026, 7, 1, 14, 0, tzinfo=UTC)


def a_notice(phone: str = "13800000001", about: str = "2026-08:30", benefit: Benefit | None = None) -> Notice:
    """A warning that is due."""
    by = clerk("4401", f"clerk-{Officer.objects.count()}")
    with within(PROVINCE):
        found = benefit or notices_held.benefit(phone=phone)
        return operations.queue(
            benefit=found, kind=Kind.WARNING, about=about, stop_month=Month.of(2026, 8),
            values={"until": "2026-07", "stop": "2026-08"}, by=by, at=NOW,
        )  # fmt: skip


def _now(notice: Notice) -> Notice:
    with within(PROVINCE):
        return Notice.objects.get(pk=notice.pk)


def _others(notice: Notice) -> list[tuple[str, str]]:
    with within(PROVINCE):
        others = Notice.objects.filter(benefit=notice.benefit_id).exclude(pk=notice.pk)
        return [(each.channel, each.state) for each in others.order_by("id")]


def _wrong() -> int:
    with within(PROVINCE):
        return WrongContact.objects.count()


@pytest.mark.usefixtures("db")
def test_a_message_is_sent_with_its_words_and_delivered_once_the_gateway_says_so() -> None:
    gateway, made = FakeGateway(), a_notice()
    assert send_due(at=NOW, gateways={"sms": gateway}).sent == 1
    (message,) = gateway.kept.values()
    assert message.to == "13800000001"
    assert "2026年7月31日" in message.text
    sent = _now(made)
    assert (sent.state, sent.sent_to) == (State.SENT, "138******01")
    assert ask(gateways={"sms": gateway}, at=NOW + timedelta(minutes=11)) == 1
    assert _now(made).state == State.DELIVERED


@pytest.mark.usefixtures("db")
def test_a_message_by_wechat_goes_to_the_subscriber_with_the_fields_of_its_kind() -> None:
    gateway, by = FakeGateway(), clerk("4401", "subscribes")
    with within(PROVINCE):
        benefit = notices_held.benefit(phone="")
        operations.subscribe(
            benefit=benefit.pk, open_id="oX1", consent="at the counter", allowed=list(Kind), by=by, at=NOW
        )
    a_notice(benefit=benefit)
    assert send_due(at=NOW, gateways={"wechat": gateway}).sent == 1
    (message,) = gateway.kept.values()
    assert (message.to, message.kind, message.fields["time2"]) == ("oX1", "warning", "2026年7月31日")


@pytest.mark.usefixtures("db")
def test_nothing_goes_out_at_night_or_by_a_channel_without_a_gateway() -> None:
    gateway = FakeGateway()
    a_notice()
    send_due(at=NIGHT, gateways={"sms": gateway})
    send_due(at=NOW, gateways={"wechat": gateway})
    assert gateway.kept == {}


@pytest.mark.usefixtures("db")
def test_nobody_gets_more_than_two_messages_in_a_week() -> None:
    gateway, first = FakeGateway(), a_notice()
    with within(PROVINCE):
        benefit = Benefit.objects.get(pk=first.benefit_id)
    later = [a_notice(about=f"2026-08:{n}", benefit=benefit) for n in (60, 90)]
    with within(PROVINCE):
        Notice.objects.update(send_after=NOW)  # as though each had been queued before the others were
    assert send_due(at=NOW, gateways={"sms": gateway}).sent == 2
    assert _now(later[-1]).send_after == NOW + timedelta(days=7)
    assert send_due(at=NOW + timedelta(days=6), gateways={"sms": gateway}).sent == 0
    assert send_due(at=NOW + timedelta(days=7), gateways={"sms": gateway}).sent == 1


@pytest.mark.usefixtures("db")
def test_a_wrong_number_is_remembered_and_a_letter_is_written() -> None:
    gateway, made = FakeGateway({"13800000001": "wrong_number"}), a_notice()
    send_due(at=NOW, gateways={"sms": gateway})
    ask(gateways={"sms": gateway}, at=NOW + timedelta(minutes=11))
    assert (_now(made).state, _now(made).why) == (State.UNDELIVERABLE, "wrong_number")
    assert _others(made) == [("post", "queued")]
    assert _wrong() == 1
    with within(PROVINCE):
        benefit = Benefit.objects.get(pk=made.benefit_id)
    assert a_notice(about="2026-08:60", benefit=benefit).channel == Channel.POST


@pytest.mark.usefixtures("db")
def test_a_gateway_that_is_down_is_tried_again_ever_later_and_given_up_in_the_end() -> None:
    gateway, made = FakeGateway({"13800000001": "down"}), a_notice()
    at, tries = NOW, 0
    while _now(made).state == State.QUEUED:
        tries += 1
        at = max(at, _now(made).send_after)
        assert send_due(at=at, gateways={"sms": gateway}).down
    assert tries == 10
    assert (_now(made).why, _others(made), _wrong()) == ("gateway_down", [("post", "queued")], 0)


@pytest.mark.usefixtures("db")
def test_a_gateway_that_comes_back_gets_the_message_under_the_same_key() -> None:
    gateway, made = FakeGateway({"13800000001": "down"}), a_notice()
    send_due(at=NOW, gateways={"sms": gateway})
    gateway.fates.clear()
    assert send_due(at=NOW + timedelta(minutes=4), gateways={"sms": gateway}).sent == 0
    assert send_due(at=NOW + timedelta(minutes=5), gateways={"sms": gateway}).sent == 1
    assert list(gateway.kept) == [key_of(made)]


@pytest.mark.usefixtures("db")
def test_a_message_without_a_receipt_is_given_up_after_three_days_and_may_still_arrive() -> None:
    gateway, made = FakeGateway({"13800000001": "silent"}), a_notice()
    send_due(at=NOW, gateways={"sms": gateway})
    ask(gateways={"sms": gateway}, at=NOW + timedelta(days=3))
    assert _now(made).state == State.SENT
    ask(gateways={"sms": gateway}, at=NOW + timedelta(days=3, seconds=1))
    assert _now(made).why == "no_receipt"
    assert take(receipts=[Receipt(key_of(made), Fate.DELIVERED)], at=NOW + timedelta(days=4)) == 1
    assert _now(made).state == State.DELIVERED


@pytest.mark.usefixtures("db")
def test_a_receipt_holds_once_and_strange_keys_are_passed_over() -> None:
    made = a_notice()
    wrong = Receipt(key_of(made), Fate.UNDELIVERABLE, "unreachable")
    strange = [Receipt(key, Fate.DELIVERED) for key in ("notice-999999", "notice-x", "", "notice-" + "9" * 30)]
    assert take(receipts=[Receipt(key_of(made), Fate.DELIVERED), *strange], at=NOW) == 1
    assert take(receipts=[wrong], at=NOW) == 0
    assert _now(made).state == State.DELIVERED


class Killed(BaseException):
    """The process ends at this point: nothing after it runs."""


class KilledAfterSending(FakeGateway):
    """Takes a message, and the sender dies before it can write that down."""

    def send(self, message: Message) -> str:
        super().send(message)
        raise Killed


@pytest.mark.usefixtures("flushed")
def test_a_sender_that_dies_after_handing_over_does_not_make_the_person_get_it_twice() -> None:
    made, dying = a_notice(), KilledAfterSending()
    with pytest.raises(Killed):
        send_due(at=NOW, gateways={"sms": dying})
    assert _now(made).state == State.QUEUED
    alive = FakeGateway(kept=dying.kept)
    assert send_due(at=NOW, gateways={"sms": alive}).sent == 1
    assert list(alive.kept) == [key_of(made)]
    assert _now(made).state == State.SENT


class Slow(FakeGateway):
    """Waits for the other sender before it takes its first message."""

    def __init__(self, meet: Barrier) -> None:
        super().__init__()
        self.meet: Barrier | None = meet
        self.calls: list[str] = []

    def send(self, message: Message) -> str:
        if self.meet:
            meet, self.meet = self.meet, None
            meet.wait(timeout=20)
        self.calls.append(message.key)
        return super().send(message)


@pytest.mark.usefixtures("flushed")
def test_two_senders_share_the_work_and_no_message_goes_twice() -> None:
    keys = [key_of(a_notice(f"1380000{place:04}")) for place in range(8)]
    meet = Barrier(2)
    senders = [Slow(meet), Slow(meet)]
    _together([lambda gateway=gateway: send_due(at=NOW, gateways={"sms": gateway}, limit=4) for gateway in senders])
    assert sorted(senders[0].calls + senders[1].calls) == sorted(keys)
    assert len(senders[0].calls) == 4


@pytest.mark.usefixtures("flushed")
def test_two_senders_do_not_write_to_one_person_beyond_the_limit() -> None:
    first = a_notice()
    with within(PROVINCE):
        benefit = Benefit.objects.get(pk=first.benefit_id)
    for about in ("a", "b", "c"):
        a_notice(about=about, benefit=benefit)
    with within(PROVINCE):
        Notice.objects.update(send_after=NOW)
    senders = [FakeGateway(), FakeGateway()]
    for _ in range(2):
        _together([lambda gateway=gateway: send_due(at=NOW, gateways={"sms": gateway}, limit=2) for gateway in senders])
    assert sum(len(gateway.kept) for gateway in senders) == 2


def _together(acts: Sequence[object]) -> None:
    """Each in a thread with a connection of its own."""

    def run(act: object) -> None:
        try:
            act()  # type: ignore[operator]
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
