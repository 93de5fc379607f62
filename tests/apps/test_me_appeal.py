"""The recipients' page of appeals: taken in where number and name agree, and telling nobody who is on the roster."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from anling.audit.scope import within
from anling.casework.models import Appeal
from anling.roster.models import Person
from tests.support.pay import HERE, STOP, PayOffice
from tests.support.settled import dead

pytestmark = pytest.mark.usefixtures("db")


def _stranger() -> Client:
    return Client(SERVER_NAME="localhost")


def _sent(client: Client, **changed: str) -> Any:
    said = {"number": "11010519491231002X", "name": "陈小明", "text": "I live.", "phone": "020-1234", **changed}
    return client.post("/me/appeal", said, headers={"accept-language": "en"})


def _reference(answer: Any) -> str:
    found = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", answer.content.decode())
    assert found
    return found[0]


def _without(answer: Any) -> str:
    text = re.sub(r"csrf[^>]*|X-CSRFToken[^}]*|nonce-?[^ >]*", "", answer.content.decode())
    return text.replace(_reference(answer), "REFERENCE")


def _person() -> Person:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    dead(office, benefit, date(2026, 5, 20))
    with within(HERE):
        benefit.refresh_from_db()
        return Person.objects.get(pk=benefit.person_id)


def test_an_appeal_of_somebody_marked_dead_is_taken_in_and_pay_restored() -> None:
    someone = _person()
    answer = _sent(_stranger(), number=someone.id_number, name=someone.name)
    with within(HERE):
        appeal = Appeal.objects.get()
        benefit = someone.benefits.get()
    assert (appeal.reference, appeal.way, appeal.contact) == (_reference(answer), "page", "020-1234")
    assert appeal.restored_at is not None
    assert benefit.pay_status == "paying"


def test_the_answer_is_the_same_whether_or_not_there_is_such_a_person() -> None:
    someone = _person()
    known = _sent(_stranger(), number=someone.id_number, name=someone.name)
    wrong_name = _sent(_stranger(), number=someone.id_number, name="别人")
    again = _sent(_stranger(), number=someone.id_number, name=someone.name)
    assert known.status_code == wrong_name.status_code == again.status_code == 200
    assert _without(known) == _without(wrong_name) == _without(again)
    with within(HERE):
        assert Appeal.objects.count() == 1
    for answer in (known, wrong_name, again):
        address = f"/me/appeal/{_reference(answer)}"
        seen = _stranger().post(address, {"last": someone.id_number[-4:]}, headers={"accept-language": "en"})
        assert "look at it" in seen.content.decode()
        other = _stranger().post(address, {"last": "0000"}, headers={"accept-language": "en"})
        assert "do not belong together" in other.content.decode()
        assert other.status_code == 422


def test_too_many_messages_of_one_address_are_refused() -> None:
    client = _stranger()
    answers = [_sent(client).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_what_is_missing_is_said_and_what_was_typed_stays() -> None:
    answer = _sent(_stranger(), phone="", text="I live & eat.")
    assert answer.status_code == 422
    assert "I live &amp; eat." in answer.content.decode()
