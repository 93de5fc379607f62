"""Messages by WeChat go to whoever agreed, one for each time they did; then by telephone or post (one-time consent)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from django.test import Client, override_settings

from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.notices.consenting import agreed, invited, withdrawn
from anling.notices.errors import NoticeError
from anling.notices.http_gateways import HttpConsentDesk
from anling.notices.models import Kind, Notice, Subscription
from anling.notices.operations import queue
from anling.notices.ports import Fate, Message, Receipt, RefusedError
from anling.notices.receipts import take
from anling.notices.sending import key_of, send_due
from anling.roster.models import Benefit
from anling.rules.months import Month
from anling.site.messaging import Messaging
from tests.support import notices_held
from tests.support.client import NUMBER
from tests.support.gateways import TOKEN, FakeDesk, FakeGateway, as_process
from tests.support.platform import NOW, clerk

pytestmark = pytest.mark.usefixtures("db")
PROVINCE = Scope("44")
DESK = Messaging(
    wechat_url="https://wx.example", wechat_token="t", wechat_consent_url="https://wx.example/subscribe",
    wechat_templates={"warning": "T1", "suspension": "T2"},
)  # fmt: skip


def _consented(*kinds: str) -> tuple[Benefit, str]:
    """Somebody without a known telephone who agreed once to each kind."""
    benefit = notices_held.benefit(phone="")
    token, desk = notices_held.invited(benefit), FakeDesk()
    agreed(token=token, code=desk.agree(*kinds), desk=desk, at=NOW)
    return benefit, token


def _tell(benefit: Benefit, about: str) -> Notice:
    values = {"until": "2026-07", "stop": "2026-08"}
    with within(PROVINCE):
        return queue(
            benefit=benefit, kind=Kind.WARNING, about=about, stop_month=Month.of(2026, 8), values=values,
            by=clerk("4401", f"tells-{about}"), at=NOW,
        )  # fmt: skip


def _left() -> list[dict[str, int]]:
    with within(PROVINCE):
        return [each.left for each in Subscription.objects.filter(ended_at=None)]


def _went(about: str) -> list[tuple[str, str, str]]:
    with within(PROVINCE):
        found = Notice.objects.filter(about=about).order_by("id")
        return [(each.channel, each.state, each.why) for each in found]


def test_one_consent_is_one_message_and_the_next_goes_by_post() -> None:
    benefit, _ = _consented("warning")
    first, second = _tell(benefit, "a"), _tell(benefit, "b")
    assert (first.channel, second.channel) == ("wechat", "wechat")
    gateway = FakeGateway()
    send_due(at=NOW, gateways={"wechat": gateway})
    assert [message.to for message in gateway.kept.values()] == ["oX1"]
    assert _went("a") == [("wechat", "sent", "")]
    assert _went("b") == [("wechat", "undeliverable", "consent_used_up"), ("post", "queued", "")]
    assert _left() == [{"warning": 0}]
    assert _tell(benefit, "c").channel == "post"


def test_a_telephone_that_is_known_comes_before_wechat_and_after_it_where_consent_is_used_up() -> None:
    benefit, _ = _consented("warning")
    waits = _tell(benefit, "a")
    assert waits.channel == "wechat"
    with within(PROVINCE):
        Benefit.objects.filter(pk=benefit.pk).update(phone="13800000001")
        Subscription.objects.update(left={"warning": 0})
    send_due(at=NOW, gateways={"wechat": FakeGateway()})
    assert _went("a") == [("wechat", "undeliverable", "consent_used_up"), ("sms", "queued", "")]


def test_a_consent_holds_for_the_kinds_that_were_named() -> None:
    benefit, _ = _consented("suspension")
    assert _tell(benefit, "a").channel == "post"


def test_a_gateway_that_is_down_uses_nothing_up_and_the_same_message_goes_later() -> None:
    benefit, _ = _consented("warning")
    _tell(benefit, "a")
    gateway = FakeGateway({"oX1": "down"})
    assert send_due(at=NOW, gateways={"wechat": gateway}).down
    assert _left() == [{"warning": 1}]
    gateway.fates.clear()
    send_due(at=NOW + timedelta(minutes=6), gateways={"wechat": gateway})
    assert (_went("a"), _left()) == ([("wechat", "sent", "")], [{"warning": 0}])


def test_where_wechat_knows_of_no_consent_ours_counts_for_nothing() -> None:
    class Stern(FakeGateway):
        def send(self, message: Message) -> str:
            del message
            raise RefusedError("no_consent")

    benefit, _ = _consented("warning")
    _tell(benefit, "a")
    send_due(at=NOW, gateways={"wechat": Stern()})
    assert _went("a") == [("wechat", "undeliverable", "no_consent"), ("post", "queued", "")]
    assert _left() == [{"warning": 0}]


def _receipt(about: str) -> None:
    with within(PROVINCE):
        key = key_of(Notice.objects.get(about=about, channel="wechat"))
    take(receipts=[Receipt(key, Fate.UNDELIVERABLE, "no_consent")], at=NOW + timedelta(minutes=20))


def test_a_receipt_that_knows_of_no_consent_takes_back_ours_and_the_message_goes_by_post() -> None:
    benefit, token = _consented("warning", "suspension")
    desk = FakeDesk()
    agreed(token=token, code=desk.agree("warning"), desk=desk, at=NOW)
    _tell(benefit, "a")
    _tell(benefit, "b")
    send_due(at=NOW, gateways={"wechat": FakeGateway()}, limit=1)
    assert _left() == [{"warning": 1, "suspension": 1}]
    _receipt("a")
    assert _went("a") == [("wechat", "undeliverable", "no_consent"), ("post", "queued", "")]
    assert _left() == [{"warning": 0, "suspension": 1}]
    entry = Entry.objects.filter(kind="notices.subscription_changed").latest("id")
    assert (entry.doer, entry.reason) == ("machine:gateway", "no_consent")
    send_due(at=NOW + timedelta(minutes=30), gateways={"wechat": FakeGateway()})
    assert _went("b") == [("wechat", "undeliverable", "consent_used_up"), ("post", "queued", "")]


def test_an_old_receipt_takes_nothing_from_a_consent_that_was_given_since() -> None:
    benefit, token = _consented("warning")
    _tell(benefit, "a")
    send_due(at=NOW, gateways={"wechat": FakeGateway()})
    desk = FakeDesk()
    agreed(token=token, code=desk.agree("warning"), desk=desk, at=NOW + timedelta(minutes=5))
    _receipt("a")
    assert _went("a") == [("wechat", "undeliverable", "no_consent"), ("post", "queued", "")]
    assert _left() == [{"warning": 1}]


def test_each_time_somebody_agrees_one_more_may_come_and_another_persons_wechat_starts_anew() -> None:
    benefit, token = _consented("warning")
    desk = FakeDesk()
    agreed(token=token, code=desk.agree("warning", "suspension"), desk=desk, at=NOW)
    assert _left() == [{"warning": 2, "suspension": 1}]
    desk.open_id = "oX2"
    agreed(token=token, code=desk.agree("warning"), desk=desk, at=NOW)
    assert _left() == [{"warning": 1}]
    assert invited(token=token, at=NOW).left == {"warning": 1}
    with within(PROVINCE):
        assert Subscription.objects.filter(benefit=benefit).count() == 2


def test_taken_back_what_waits_goes_another_way_and_the_trail_knows_who_did_it() -> None:
    benefit, token = _consented("warning")
    _tell(benefit, "a")
    withdrawn(token=token, at=NOW)
    assert _left() == []
    assert _went("a") == [("wechat", "undeliverable", "consent_withdrawn"), ("post", "queued", "")]
    entries = Entry.objects.filter(kind="notices.subscription_changed").order_by("id")
    assert [each.doer_label for each in entries] == ["who-invited", "recipients' page", "recipients' page"]
    with pytest.raises(NoticeError):
        withdrawn(token=token, at=NOW)


def test_a_consent_that_is_used_up_can_still_be_taken_back() -> None:
    benefit, token = _consented("warning")
    _tell(benefit, "a")
    send_due(at=NOW, gateways={"wechat": FakeGateway()})
    used_up = invited(token=token, at=NOW)
    assert (used_up.subscribed, used_up.left) == (True, {"warning": 0})
    withdrawn(token=token, at=NOW)
    assert not invited(token=token, at=NOW).subscribed


def test_a_code_is_good_once_and_a_refusal_changes_nothing() -> None:
    token, desk = notices_held.invited(), FakeDesk()
    code = desk.agree("warning")
    agreed(token=token, code=code, desk=desk, at=NOW)
    with pytest.raises(NoticeError, match="begin again"):
        agreed(token=token, code=code, desk=desk, at=NOW)
    with pytest.raises(NoticeError, match="allowed no messages this time"):
        agreed(token=token, code=desk.agree(), desk=desk, at=NOW)
    assert _left() == [{"warning": 1}]


def test_a_link_runs_out_and_one_that_was_changed_opens_nothing() -> None:
    token = notices_held.invited()
    assert invited(token=token, at=NOW + timedelta(days=30)).name.endswith("**")
    with pytest.raises(NoticeError, match="run out"):
        invited(token=token, at=NOW + timedelta(days=31))
    with pytest.raises(NoticeError, match="leads nowhere"):
        invited(token=token[:-2] + "xx", at=NOW)


@pytest.fixture
def phone() -> Iterator[Client]:
    with override_settings(NOTICES=DESK):
        yield Client(SERVER_NAME="localhost", headers={"accept-language": "en"})


def _link() -> str:
    from django.utils import timezone

    return f"/me/wechat/{notices_held.invited(at=timezone.now())}"


def test_the_page_shows_nothing_before_the_end_of_the_number_and_no_name_or_number_after(phone: Client) -> None:
    link = _link()
    asked = phone.get(link)
    assert "Agree in WeChat" not in asked.content.decode()
    assert phone.get(f"{link}/ask").headers["Location"] == link
    assert phone.post(f"{link}/stop").headers["Location"] == link
    assert phone.post(link, {"last": "0000"}).status_code == 422
    assert phone.post(link, {"last": NUMBER[-4:].lower()}).status_code == 302
    shown = phone.get(link).content.decode()
    assert "Agree in WeChat" in shown
    assert NUMBER not in shown
    assert "13800000001" not in shown


def test_the_way_into_wechat_says_neither_link_nor_person_and_only_its_own_browser_comes_back(phone: Client) -> None:
    link = _link()
    phone.post(link, {"last": NUMBER[-4:]})
    away = urlsplit(phone.get(f"{link}/ask").headers["Location"])
    asked = parse_qs(away.query)
    assert asked["return"] == ["http://localhost/me/wechat/back"]
    assert asked["templates"] == ["T1,T2"]
    assert link.rpartition("/")[2] not in away.query
    back = "/me/wechat/back?" + urlencode({"state": asked["state"][0], "code": "x"})
    assert Client(SERVER_NAME="localhost").get(back).status_code == 404
    assert phone.get("/me/wechat/back?state=other&code=x").status_code == 404
    assert phone.get("/me/wechat/back").status_code == 404


def test_guessing_the_end_of_the_number_is_stopped(phone: Client) -> None:
    link = _link()
    answers = [phone.post(link, {"last": f"{number:04}"}).status_code for number in range(11)]
    assert answers[-1] == 429


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def test_the_reference_gateway_asks_and_gives_a_code_that_is_good_once(tmp_path: Path) -> None:
    with as_process(tmp_path) as running:
        templates = {"warning": "T1", "suspension": "T2"}
        desk = HttpConsentDesk(running.address, TOKEN, page=f"{running.address}/subscribe", templates=templates)
        address = desk.address(state="s", back="https://us.example/back")
        agree = address.replace("/subscribe?", "/subscribe/agree?")
        with pytest.raises(HTTPError) as sent:
            build_opener(_Stay).open(agree)
        with sent.value:
            answer = parse_qs(urlsplit(sent.value.headers["Location"]).query)
        assert answer["state"] == ["s"]
        said = desk.exchange(answer["code"][0])
        assert said.open_id.startswith("ref-")
        assert said.kinds == ("warning", "suspension")
        with pytest.raises(RefusedError, match="unknown_code"):
            desk.exchange(answer["code"][0])
