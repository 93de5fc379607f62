"""Answered and not agreed with, a stop is contested anew from /me; each region gets the appeal about its own."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.models import Appeal, Case, CaseEvent
from anling.payment.effects.appealing import decide_appeal
from anling.payment.effects.contesting import Answer, Asked, contest, standing
from anling.roster.models import Benefit
from tests.support.client import NUMBER, person
from tests.support.pay import STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.settled import dead
from tests.support.visit import signed_in

pytestmark = pytest.mark.usefixtures("db")
PROVINCE, HERE, ELSEWHERE = Scope("44"), "440104", "440305"
NAME, LAST = "某甲", NUMBER[-4:]
ENGLISH = {"accept-language": "en"}


def _stopped(*regions: str, status: str = "suspended") -> int:
    """Somebody with a benefit in each region, stopped there since before our records: an appeal alone lifts nothing."""
    key = person(NUMBER, regions[0], pay_status=status, suspend_reason="sentenced", agency=f"A{regions[0]}")
    for region in regions[1:]:
        _another_benefit(key, region)
    return key


def _another_benefit(key: int, region: str, status: str = "suspended") -> None:
    with within(PROVINCE):
        Benefit.objects.create(
            benefit_no=f"B{key}-{region}", person_id=key, person_no=f"P{key}-{region}", scheme="employee",
            region=region, agency=f"A{region}", pay_status=status, monthly_amount="100.00",
        )  # fmt: skip


def _written(form: str, text: str = "I am free.", after: str = "", day: int = 3, number: str = NUMBER) -> str:
    return contest(asked=Asked(number, NAME, text, "020-1234", form, after), at=on(day))


def _answered(appeal: Appeal, *, upheld: bool = False, day: int = 4) -> None:
    judge = actor_of(officer(f"judge-{appeal.pk}", Role.REVIEWER, appeal.region), date(2026, 7, 1))
    with within(Scope(appeal.region)):
        decide_appeal(appeal=appeal.pk, upheld=upheld, answer="the prison says otherwise", by=judge, at=on(day))


def _appeals() -> list[Appeal]:
    with within(PROVINCE):
        return list(Appeal.objects.order_by("pk"))


def _page(reference: str) -> str:
    answer = Client(SERVER_NAME="localhost").post(f"/me/appeal/{reference}", {"last": LAST}, headers=ENGLISH)
    return answer.content.decode()


def test_while_it_is_open_every_form_belongs_to_the_one_appeal() -> None:
    _stopped(HERE)
    references = {_written("first"), _written("first"), _written("second", "Ask my daughter.")}
    (appeal,) = _appeals()
    assert references == {appeal.reference}
    with within(PROVINCE):
        assert CaseEvent.objects.get(what="appeal_again").note == "Ask my daughter.\n020-1234"


def test_answered_another_form_is_an_appeal_of_its_own_and_the_same_form_stays_the_first() -> None:
    _stopped(HERE)
    first = _written("first")
    _answered(_appeals()[0])
    assert _written("first", day=5) == first
    second = _written("second", day=5)
    assert [(each.reference, each.state) for each in _appeals()] == [(first, "dismissed"), (second, "open")]
    assert _written("second", day=6) == second
    with within(PROVINCE):
        assert Case.objects.get().state == "open"
    _answered(_appeals()[1], upheld=True, day=7)
    assert [each.state for each in _appeals()] == ["dismissed", "upheld"]
    assert [each.answer for each in _appeals()] == ["the prison says otherwise"] * 2


def test_the_page_says_what_was_answered_and_from_it_the_second_says_it_too() -> None:
    _stopped(HERE)
    first = _written("first")
    assert "The decision stays as it was" not in _page(first)
    _answered(_appeals()[0])
    page = _page(first)
    assert "2026-08-04: <strong>The decision stays as it was.</strong>" in page
    assert "the prison says otherwise" not in page, "the reasons come by letter or telephone"
    link = re.search(r'href="(/me/appeal\?after=[^"]+)"', page)
    assert link
    client: Any = Client(SERVER_NAME="localhost")
    form = client.get(link[1], headers=ENGLISH).content.decode()
    said = dict(re.findall(r'name="(form|after)" value="([^"]+)"', form))
    assert said["after"] == first
    answer = client.post(
        "/me/appeal", {"number": NUMBER, "name": NAME, "text": "I am free!", "phone": "020-1234", **said},
        headers=ENGLISH,
    )  # fmt: skip
    second = _appeals()[-1].reference
    assert second in answer.content.decode()
    page = _page(second)
    assert "We have your message and look at it" in page
    assert "You wrote to us before" in page
    assert "2026-08-04: The decision stays as it was." in page


def test_whoever_does_not_hold_the_first_reference_reads_nothing_of_it() -> None:
    _stopped(HERE)
    _written("first")
    _answered(_appeals()[0])
    for after in ("", "23456-23456"):
        said = standing(reference=_written(f"second{after}", after=after, day=5), last=LAST)
        assert said is not None
        assert (said.state, said.phone, said.answers, said.earlier) == ("received", "", (), ())


def test_each_form_that_is_shown_is_another_one() -> None:
    client = Client(SERVER_NAME="localhost")
    shown = {re.search(r'name="form" value="(\w+)"', client.get("/me/appeal").content.decode()) for _ in range(2)}
    assert len({found[1] for found in shown if found}) == 2


def test_each_region_gets_the_appeal_about_its_own_and_one_reference_tells_of_both() -> None:
    _stopped(HERE, ELSEWHERE)
    reference = _written("first")
    assert reference == _written("first")
    here, there = _appeals()
    assert [here.region, there.region] == [HERE, ELSEWHERE]
    for region, appeal in ((HERE, here), (ELSEWHERE, there)):
        with within(Scope(region)):
            assert list(Appeal.objects.values_list("reference", flat=True)) == [appeal.reference]
            assert Case.objects.get().kind == "appeal"
    _answered(here)
    said = standing(reference=reference, last=LAST)
    assert said is not None
    assert (said.state, said.answers) == ("received", (Answer(date(2026, 8, 4), upheld=False),))
    _answered(there, upheld=True, day=5)
    said = standing(reference=reference, last=LAST)
    assert said is not None
    assert said.state == "answered"
    assert [(each.day.day, each.upheld, each.place[-3:]) for each in said.answers] == [
        (4, False, "越秀区"), (5, True, "南山区"),
    ]  # fmt: skip


def test_where_one_region_has_answered_and_the_other_not_the_new_reference_is_that_of_the_new_appeal() -> None:
    _stopped(HERE, ELSEWHERE)
    first = _written("first")
    _answered(_appeals()[0])
    second = _written("second", day=5)
    assert [(each.region, each.form, each.state) for each in _appeals()] == [
        (HERE, "first", "dismissed"), (ELSEWHERE, "first", "open"), (HERE, "second", "open"),
    ]  # fmt: skip
    assert second == _appeals()[2].reference != first


def test_a_region_that_pays_gets_none() -> None:
    key = _stopped(HERE)
    _another_benefit(key, ELSEWHERE, status="paying")
    _written("first")
    assert [each.region for each in _appeals()] == [HERE]


def test_restored_at_once_the_appeal_stays_with_its_region_however_often_it_is_sent() -> None:
    """The other region's benefit is the older one and in pay; the first form lifts the end of the younger one."""
    office = PayOffice()
    key = person(NUMBER, ELSEWHERE)
    _another_benefit(key, HERE, status="paying")
    with within(PROVINCE):
        benefit = Benefit.objects.get(person=key, region=HERE)
    office.passed(benefit, STOP - 3, on(1, 5))
    dead(office, benefit, date(2026, 5, 20))
    references = {_written(form, day=20) for form in ("first", "first", "second")}
    assert [(each.region, each.reference) for each in _appeals()] == [(HERE, *references)]


def test_a_stop_of_later_in_another_region_is_contested_there_while_the_first_is_open() -> None:
    key = _stopped(HERE)
    _written("first")
    _another_benefit(key, ELSEWHERE)
    _written("second", "Now there too.", day=5)
    assert [(each.region, each.form) for each in _appeals()] == [(HERE, "first"), (ELSEWHERE, "second")]


def test_nobody_learns_by_writing_twice_who_is_on_the_roster() -> None:
    _stopped(HERE)
    unknown = "440103194901010012"
    for number in (NUMBER, unknown):
        assert len({_written(form, number=number) for form in ("one", "one", "two")}) == 1


def test_the_officer_reads_on_the_second_what_was_answered_to_the_first() -> None:
    _stopped(HERE)
    first = _written("first")
    _answered(_appeals()[0])
    _written("second", day=5)
    officer("looks", Role.CLERK, HERE)
    page = signed_in("looks").get(f"/office/appeals/{_appeals()[1].pk}").content.decode()
    assert "Contested before" in page
    assert first in page
    assert "the prison says otherwise" in page
