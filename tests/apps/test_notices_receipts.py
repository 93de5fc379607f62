"""Receipts are called in by whoever knows the secret, and by nobody else (N-A3)."""

import json
import time
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import override_settings

from anling.audit.scope import within
from anling.notices.models import Notice
from anling.notices.sending import key_of, send_due
from anling.notices.signing import SIGNATURE_HEADER, TIME_HEADER, sign
from anling.site.messaging import Messaging
from tests.support import notices_held
from tests.support.gateways import SECRET, FakeGateway
from tests.support.platform import NOW
from tests.support.visit import visitor


@pytest.fixture(autouse=True)
def known_secret() -> Iterator[None]:
    with override_settings(NOTICES=Messaging(receipt_secret=SECRET)):
        yield


def _call(body: object, *, secret: str = SECRET, at: float | None = None) -> HttpResponse:
    text, when = json.dumps(body).encode(), str(int(at or time.time()))
    headers = {TIME_HEADER: when, SIGNATURE_HEADER: sign(secret, when, text)}
    answer: HttpResponse = visitor().post("/notices/receipts", text, content_type="application/json", headers=headers)  # type: ignore[assignment]
    return answer


def _sent() -> Notice:
    made = notices_held.notice(notices_held.benefit())
    send_due(at=NOW, gateways={"sms": FakeGateway()})
    return made


def _state(notice: Notice) -> str:
    with within(notices_held.PROVINCE):
        return Notice.objects.get(pk=notice.pk).state


@pytest.mark.usefixtures("db")
def test_a_signed_receipt_is_written_down_once() -> None:
    made = _sent()
    body = {"receipts": [{"key": key_of(made), "state": "delivered"}]}
    answers = [json.loads(_call(body).content) for _ in range(2)]
    assert answers == [{"news": 1}, {"news": 0}]
    assert _state(made) == "delivered"


@pytest.mark.usefixtures("db")
def test_without_the_right_signature_nothing_changes() -> None:
    made = _sent()
    body = {"receipts": [{"key": key_of(made), "state": "delivered"}]}
    assert _call(body, secret="another-secret-of-32-characters!!").status_code == 403
    assert _call(body, at=time.time() - 3600).status_code == 403
    with override_settings(NOTICES=Messaging()):
        assert _call(body, secret="").status_code == 403
    assert visitor().post("/notices/receipts", "{}", content_type="application/json").status_code == 403
    assert visitor().get("/notices/receipts").status_code == 405
    assert _state(made) == "sent"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("body", [{}, [], {"receipts": [{"key": 1, "state": "eaten"}]}])
def test_a_signed_call_of_another_shape_is_told_so(body: object) -> None:
    assert _call(body).status_code == 400


@pytest.mark.usefixtures("db")
def test_a_call_does_not_tell_which_notices_there_are() -> None:
    answer = _call({"receipts": [{"key": "notice-999999", "state": "delivered"}]})
    assert json.loads(answer.content) == {"news": 0}
