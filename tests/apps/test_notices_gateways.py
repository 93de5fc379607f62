"""The gateway of the tests and the reference gateway behave alike, so that a test with one speaks for the other."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from anling.notices.http_gateways import HttpSms, read_receipts
from anling.notices.ports import Fate, Message, Receipt, RefusedError, UnavailableError
from anling.notices.signing import SLACK, is_signed, sign
from tests.support.gateways import SECRET, TOKEN, AsProcess, InMemory, Tried, as_process


@pytest.fixture(params=["in memory", "as a process"])
def tried(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tried]:
    if request.param == "in memory":
        yield InMemory()
    else:
        with as_process(tmp_path) as running:
            yield running


def _message(to: str = "13800000001", key: str = "notice-1") -> Message:
    return Message(key, to, "您的养老金快要认证了")


def test_a_message_is_taken_and_arrives(tried: Tried) -> None:
    assert tried.gateway.send(_message()) == "ref-notice-1"
    assert tried.gateway.receipts(["notice-1"]) == [Receipt("notice-1", Fate.DELIVERED)]


def test_the_same_key_is_one_message(tried: Tried) -> None:
    assert tried.gateway.send(_message()) == tried.gateway.send(_message())
    assert tried.kept() == ["notice-1"]


def test_a_number_is_wrong_when_handed_over_or_later(tried: Tried) -> None:
    tried.tell(n1="refuse", n2="wrong_number")
    with pytest.raises(RefusedError) as refused:
        tried.gateway.send(_message("1"))
    assert refused.value.code == "wrong_number"
    tried.gateway.send(_message("2", "notice-2"))
    assert tried.gateway.receipts(["notice-2"]) == [Receipt("notice-2", Fate.UNDELIVERABLE, "wrong_number")]


def test_a_gateway_that_is_down_has_taken_nothing_and_takes_it_later(tried: Tried) -> None:
    tried.tell(n1="down")
    with pytest.raises(UnavailableError):
        tried.gateway.send(_message("1"))
    assert tried.kept() == []
    tried.tell(n1="")
    tried.gateway.send(_message("1"))
    assert tried.kept() == ["notice-1"]


def test_of_a_message_that_never_came_there_is_no_receipt_and_a_silent_one_stays_under_way(tried: Tried) -> None:
    tried.tell(n1="silent")
    tried.gateway.send(_message("1"))
    assert tried.gateway.receipts(["notice-1", "notice-9"]) == [Receipt("notice-1", Fate.UNDER_WAY)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[AsProcess]:
    with as_process(tmp_path) as started:
        yield started


def test_wechat_fills_the_template_of_the_kind_and_refuses_a_kind_without_one(running: AsProcess) -> None:
    wechat = running.wechat(warning="T1")
    message = Message("notice-3", "oX1", "", "warning", {"thing1": "养老金领取资格认证"})
    wechat.send(message)
    body = json.loads((running.folder / "message-notice-3.json").read_text(encoding="utf-8"))["body"]
    assert (body["touser"], body["template_id"]) == ("oX1", "T1")
    assert body["data"] == {"thing1": {"value": "养老金领取资格认证"}}
    with pytest.raises(RefusedError, match="no_template"):
        wechat.send(Message("notice-4", "oX1", "", "result", {}))


def test_a_caller_without_the_token_is_turned_away_and_a_dead_address_is_unavailable(running: AsProcess) -> None:
    with pytest.raises(HTTPError, match="401") as error:
        urlopen(f"{running.address}/messages?key=notice-1")
    error.value.close()
    with pytest.raises(UnavailableError, match="401"):
        HttpSms(running.address, "another").send(_message())
    with pytest.raises(UnavailableError, match="does not answer"):
        HttpSms("http://127.0.0.1:9", TOKEN).send(_message())


@pytest.mark.parametrize("answer", [{}, [], {"receipts": [{"key": "a", "state": "lost"}]}, {"receipts": [1]}, None])
def test_what_is_no_receipt_is_refused(answer: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_receipts(answer)


def test_a_signature_is_of_one_body_one_time_and_one_secret() -> None:
    signature = sign(SECRET, "1000", b"{}")
    assert is_signed(SECRET, "1000", signature, b"{}", now=1000 + SLACK)
    assert not is_signed(SECRET, "1000", signature, b"{} ", now=1000)
    assert not is_signed(SECRET, "1001", signature, b"{}", now=1000)
    assert not is_signed(SECRET, "1000", signature, b"{}", now=1001 + SLACK)
    assert not is_signed("", "1000", sign("", "1000", b"{}"), b"{}", now=1000)
    assert not is_signed(SECRET, "soon", signature, b"{}", now=1000)
