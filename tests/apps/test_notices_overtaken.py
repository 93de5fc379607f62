"""A warning is held against the clock when it is sent: what a pass, a stop or an end overtook tells nobody (N-A2)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from anling.access.roles import Role
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.notices.errors import NoticeError
from anling.notices.letters import take_letters
from anling.notices.models import Notice, State
from anling.notices.ports import Fate, Message, Receipt
from anling.notices.queries import Warned, warned
from anling.notices.receipts import take
from anling.notices.sending import Round, key_of, send_due
from anling.notices.warnings import reminder, warn
from anling.passes.models import Cover
from anling.passes.operations import revoke_pass
from anling.payment.models import PayLine
from anling.roster.models import Benefit
from tests.support import notices_held
from tests.support.gateways import FakeGateway
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.settled import dead
from tests.support.visit import visitor

HAPPENS_AT = on(1, 7) + timedelta(hours=1)
SENT_AT = on(2, 7)
PHONES = ("13800000001", "13800000002")


def _waiting(office: PayOffice, **fields: Any) -> tuple[Benefit, Notice]:
    """Somebody whose clock runs out in August, and the warning that says so."""
    benefit = office.benefit(**{"phone": PHONES[0], "address": "越秀区东风路1号", **fields})
    return benefit, notices_held.notice(benefit, by=office.clerk)


def _passes(office: PayOffice, benefit: Benefit) -> None:
    office.passed(benefit, STOP - 1, HAPPENS_AT)


def _dies(office: PayOffice, benefit: Benefit) -> None:
    dead(office, benefit, date(2026, 6, 20), HAPPENS_AT)


def _is_stopped(_: PayOffice, benefit: Benefit) -> None:
    with within(HERE):
        Benefit.objects.filter(pk=benefit.pk).update(pay_status="suspended", suspend_reason="sentenced")


def _had_passed_later(office: PayOffice, benefit: Benefit) -> None:
    office.passed(benefit, STOP - 12, HAPPENS_AT)


def _loses_the_pass(office: PayOffice, benefit: Benefit) -> None:
    with within(HERE):
        Benefit.objects.filter(pk=benefit.pk).update(approval_month=None)
        made = Cover.objects.get(benefit=benefit).made_id
        revoke_pass(made=made, reason="another person", by=office.clerk, at=HAPPENS_AT)


def _told(notice: Notice) -> tuple[str, str]:
    with within(HERE):
        found = Notice.objects.get(pk=notice.pk)
    return found.state, found.why


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_passes, "no_longer_due"),
        (_had_passed_later, "no_longer_due"),
        (_loses_the_pass, "no_longer_due"),
        (_dies, "not_in_pay"),
        (_is_stopped, "not_in_pay"),
    ],
)
def test_what_is_no_longer_true_is_not_sent_and_is_counted_named_and_recorded(
    happens: Callable[[PayOffice, Benefit], None], why: str
) -> None:
    office, gateway = PayOffice(), FakeGateway()
    benefit, notice = _waiting(office)
    happens(office, benefit)
    assert send_due(at=SENT_AT, gateways={"sms": gateway}) == Round(overtaken=1)
    assert gateway.kept == {}
    assert _told(notice) == (State.OVERTAKEN, why)
    entry = Entry.objects.get(kind="notices.notice_cancelled")
    assert (entry.doer, entry.object_key, entry.reason) == ("machine:sender", str(notice.pk), why)
    assert (entry.before, entry.after) == ({"state": "queued"}, {"state": "overtaken"})
    assert send_due(at=SENT_AT, gateways={"sms": gateway}) == Round()


@pytest.mark.usefixtures("db")
def test_what_still_holds_is_sent() -> None:
    _, notice = _waiting(PayOffice())
    assert send_due(at=SENT_AT, gateways={"sms": FakeGateway()}) == Round(sent=1)
    assert _told(notice) == (State.SENT, "")


@pytest.mark.usefixtures("db")
def test_queued_in_the_evening_and_passed_at_night_nobody_is_warned_in_the_morning() -> None:
    office, gateway = PayOffice(), FakeGateway()
    benefit = office.benefit(phone=PHONES[0])
    night = on(2, 7).replace(hour=21)
    assert warn(region="44", today=night.date(), by=reminder(), at=night).queued.sms == 1
    office.passed(benefit, STOP - 1, night + timedelta(hours=1))
    assert send_due(at=on(3, 7), gateways={"sms": gateway}).overtaken == 1
    assert gateway.kept == {}


@pytest.mark.usefixtures("db")
def test_while_the_gateway_is_down_a_pass_overtakes_the_warning() -> None:
    office, gateway = PayOffice(), FakeGateway({PHONES[0]: "down"})
    benefit, notice = _waiting(office)
    assert send_due(at=SENT_AT, gateways={"sms": gateway}).down
    office.passed(benefit, STOP - 1, SENT_AT)
    gateway.fates.clear()
    send_due(at=SENT_AT + timedelta(minutes=10), gateways={"sms": gateway})
    assert (gateway.kept, _told(notice)) == ({}, (State.OVERTAKEN, "no_longer_due"))


class Meanwhile(FakeGateway):
    """While it takes its first message something happens, in a transaction of its own that holds before it answers."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self.act: Callable[[], None] | None = act

    def send(self, message: Message) -> str:
        if self.act:
            act, self.act = self.act, None
            thread = Thread(target=_alone, args=[act])
            thread.start()
            thread.join(timeout=20)
            assert not thread.is_alive()
        return super().send(message)


def _alone(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()


@pytest.mark.usefixtures("flushed")
@pytest.mark.parametrize("happens", [_passes, _is_stopped, _dies])
def test_what_happens_while_a_round_is_on_its_way_overtakes_the_messages_that_have_not_left(
    happens: Callable[[PayOffice, Benefit], None],
) -> None:
    office = PayOffice()
    _, first = _waiting(office)
    benefit, second = _waiting(office, phone=PHONES[1])
    gateway = Meanwhile(lambda: happens(office, benefit))
    assert send_due(at=on(1, 7), gateways={"sms": gateway}) == Round(sent=1, overtaken=1)
    assert list(gateway.kept) == [key_of(first)]
    assert _told(second)[0] == State.OVERTAKEN


@pytest.mark.usefixtures("db")
def test_a_message_that_did_not_arrive_is_not_written_as_a_letter_after_a_pass() -> None:
    office = PayOffice()
    benefit, notice = _waiting(office)
    send_due(at=SENT_AT, gateways={"sms": FakeGateway()})
    take(receipts=[Receipt(key_of(notice), Fate.UNDELIVERABLE, "unreachable")], at=SENT_AT)
    office.passed(benefit, STOP - 1, SENT_AT)
    with within(HERE), pytest.raises(NoticeError, match="No letter waits"):
        take_letters(by=office.clerk, at=on(3, 7))
    with within(HERE):
        letter = Notice.objects.get(channel="post")
    assert (letter.state, letter.why) == (State.OVERTAKEN, "no_longer_due"), "it holds although nothing was printed"


@pytest.mark.usefixtures("db")
def test_of_letters_those_that_still_hold_are_printed() -> None:
    office = PayOffice()
    benefit, overtaken = _waiting(office, phone="")
    _, holds = _waiting(office, phone="")
    _passes(office, benefit)
    with within(HERE):
        batch = take_letters(by=office.clerk, at=SENT_AT)
        assert list(batch.notices.values_list("pk", flat=True)) == [holds.pk]
    assert (batch.count, _told(overtaken)) == (1, (State.OVERTAKEN, "no_longer_due"))


def _overtaken_and_back(office: PayOffice, stage: int = 30) -> tuple[Benefit, Notice]:
    """The warning was overtaken by a pass that turned out to be another person's."""
    benefit = office.benefit(phone=PHONES[0])
    notice = notices_held.notice(benefit, about=f"2026-08:{stage}", by=office.clerk)
    _passes(office, benefit)
    send_due(at=SENT_AT, gateways={"sms": FakeGateway()})
    with within(HERE):
        made = Cover.objects.filter(benefit=benefit).latest("made_id").made_id
        revoke_pass(made=made, reason="another person", by=office.clerk, at=on(3, 7))
    return benefit, notice


@pytest.mark.usefixtures("db")
def test_overtaken_it_is_no_warning_also_when_the_pass_is_revoked_or_a_receipt_comes() -> None:
    office = PayOffice()
    benefit, notice = _overtaken_and_back(office)
    assert take(receipts=[Receipt(key_of(notice), Fate.DELIVERED)], at=on(4, 7)) == 0
    with within(HERE):
        assert warned([benefit.pk], STOP) == {benefit.pk: Warned.NONE}
    run = office.drafted()
    with within(HERE):
        line = PayLine.objects.get(run=run)
    assert (line.state, line.holds) == ("held", "held_no_warning")


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("overtaken", "today", "following"), [(60, on(4, 7), "2026-08:30"), (30, on(2), "2026-08:0")])
def test_back_on_the_clock_somebody_is_warned_at_the_next_stage(
    overtaken: int, today: datetime, following: str
) -> None:
    _, first = _overtaken_and_back(PayOffice(), overtaken)
    warn(region="44", today=today.date(), by=reminder(), at=today)
    with within(HERE):
        waits = Notice.objects.exclude(pk=first.pk).get(kind="warning")
    assert (waits.about, waits.state) == (following, State.QUEUED)


@pytest.mark.usefixtures("db")
def test_the_pages_of_the_notices_and_of_the_person_name_it() -> None:
    office = PayOffice()
    benefit, _ = _waiting(office)
    _passes(office, benefit)
    send_due(at=SENT_AT, gateways={"sms": FakeGateway()})
    client = visitor()
    client.force_login(officer("looks", Role.CLERK, "4401"))
    listed = client.get("/office/notices?state=overtaken").content.decode()
    assert "Overtaken, not sent (1)" in listed
    assert "no longer due" in listed
    assert "Overtaken, not sent" in client.get(f"/office/people/{benefit.person_id}").content.decode()
