"""Everybody is written to in their own language: chosen by themselves or for them, for every kind of notice (N-A3)."""

import re
from typing import Any

import pytest
from django.test import Client

from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.notices.letters import letters_of, take_letters
from anling.notices.models import Notice
from anling.notices.queries import words_of
from anling.notices.results import tell_results
from anling.notices.sending import send_due
from anling.notices.warnings import reminder, warn
from anling.notices.words import LANGUAGES
from anling.roster.errors import RosterError
from anling.roster.languages import choose_language
from anling.roster.models import Benefit, Change, Language, Person
from tests.support import notices_held
from tests.support.client import NUMBER
from tests.support.gateways import FakeGateway
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.platform import NOW, clerk
from tests.support.visit import signed_in, visitor

pytestmark = pytest.mark.usefixtures("db")
REACHED: dict[str, Any] = {"phone": "13800000001", "address": "越秀区东风路1号"}


def _english(benefit: Benefit, username: str = "who-chose") -> None:
    with within(Scope("4401")):
        choose_language(person=benefit.person_id, language="en", by=clerk("4401", username), at=NOW)


def _language(benefit: Benefit) -> str:
    with within(Scope("44")):
        return Person.objects.get(pk=benefit.person_id).language


def test_there_are_words_in_every_language_that_can_be_chosen() -> None:
    assert set(Language.values) == set(LANGUAGES)


def test_warning_suspension_result_and_restoration_are_in_the_persons_language() -> None:
    office = PayOffice()
    english, chinese = office.benefit(**REACHED), office.benefit(**{**REACHED, "phone": "13800000002"})
    _english(english)
    warn(region="44", today=on(3, 7).date(), by=reminder(), at=on(3, 7))
    for each in (english, chinese):
        office.warned(each)
    office.handed_over()
    for each in (english, chinese):
        office.passed(each, STOP, on(20))
    tell_results(region="44", by=reminder(), at=on(20))
    office.handed_over(STOP + 1)
    with within(HERE):
        for kind in ("warning", "suspension", "result", "restoration"):
            told = {each.benefit_id: each for each in Notice.objects.filter(kind=kind).exclude(template="warning/1")}
            assert (kind, told[english.pk].language, told[chinese.pk].language) == (kind, "en", "zh-hans")
            assert words_of(told[english.pk]).message.startswith("[Pension]")
            assert words_of(told[chinese.pk]).message.startswith("【社保")


def test_a_single_notice_and_its_fallback_by_letter_are_too() -> None:
    benefit = notices_held.benefit()
    _english(benefit)
    assert notices_held.notice(benefit).language == "en"
    send_due(at=NOW, gateways={"sms": FakeGateway({"13800000001": "refuse"})})
    by = clerk("4401", "who-prints")
    with within(Scope("4401")):
        assert Notice.objects.get(channel="post").language == "en"
        assert "Dear " in letters_of(batch=take_letters(by=by, at=NOW).pk, by=by, at=NOW)


def test_a_clerk_chooses_on_the_persons_page_and_it_is_recorded_once() -> None:
    benefit = notices_held.benefit()
    clerk("4401", "at-the-counter")
    client = signed_in("at-the-counter")
    address = f"/office/people/{benefit.person_id}"
    assert "Write in English" in client.get(address, headers={"accept-language": "en"}).content.decode()
    for _ in range(2):
        answer = client.post(f"{address}/language", {"language": "en"})
        assert answer.status_code == 302
    assert _language(benefit) == "en"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Write in 中文" in page
    assert "Language of notices" in page
    (entry,) = Entry.objects.filter(kind="roster.language_chosen")
    assert (entry.before, entry.after, entry.region) == ({"language": "zh-hans"}, {"language": "en"}, benefit.region)
    with within(Scope("44")):
        assert Change.objects.filter(field="language").count() == 1
    assert client.post(f"{address}/language", {"language": "xx"}).status_code == 404


def test_a_person_of_another_region_and_a_language_without_words_are_refused() -> None:
    benefit = notices_held.benefit()
    there = clerk("4403", "elsewhere")
    with within(Scope("4403")), pytest.raises(RosterError, match="in your region"):
        choose_language(person=benefit.person_id, language="en", by=there, at=NOW)
    with within(Scope("4401")), pytest.raises(RosterError, match="no texts"):
        choose_language(person=benefit.person_id, language="yue", by=clerk("4401", "here"), at=NOW)
    assert _language(benefit) == "zh-hans"


def _asked(client: Client, **changed: str) -> Any:
    return client.post("/me/language", {"language": "en", "number": NUMBER, "name": "陈小明", **changed})


def _said(answer: Any) -> str:
    return re.sub(r"csrf[^>]*|X-CSRFToken[^}]*|nonce-?[^ >]*", "", answer.content.decode())


def test_a_person_chooses_without_an_account_and_a_stranger_learns_nothing() -> None:
    benefit = notices_held.benefit()
    with within(Scope("44")):
        name = Person.objects.get(pk=benefit.person_id).name
    wrong = _asked(visitor(), name="别人")
    assert _language(benefit) == "zh-hans"
    right = _asked(visitor(), name=name)
    assert _language(benefit) == "en"
    assert (wrong.status_code, right.status_code) == (200, 200)
    assert _said(wrong) == _said(right)
    (entry,) = Entry.objects.filter(kind="roster.language_chosen")
    assert entry.doer == "machine:recipients' page"


def test_too_many_wishes_of_one_address_are_refused_and_a_missing_name_is_said() -> None:
    client = visitor()
    assert _asked(client, name="").status_code == 422
    assert [_asked(client).status_code for _ in range(5)] == [200] * 4 + [429]
