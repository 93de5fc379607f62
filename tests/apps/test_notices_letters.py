"""Letters are printed once, found again by their number, and returned mail makes an address a wrong one (N-A3)."""

from threading import Thread

import pytest
from django.db import connections

from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.notices.errors import NoticeError
from anling.notices.letters import answer_letters, letters_of, take_letters
from anling.notices.models import Notice, State
from anling.roster.models import Benefit, Person
from tests.support import notices_held
from tests.support.client import NUMBER
from tests.support.platform import NOW, clerk
from tests.support.visit import signed_in

HERE = Scope("4401")


def _a_letter(address: str = "越秀区东风路1号", username: str = "who-told") -> Notice:
    return notices_held.notice(notices_held.benefit(phone="", address=address), username=username)


def _take(by: Actor, most: int = 500) -> int:
    with within(HERE):
        return int(take_letters(by=by, at=NOW, most=most).pk)


def _state(letter: Notice) -> tuple[str, str]:
    with within(HERE):
        found = Notice.objects.get(pk=letter.pk)
    return found.state, found.why


@pytest.mark.usefixtures("db")
def test_a_batch_is_a_file_with_every_letter_and_each_making_of_it_is_recorded() -> None:
    by, letter = clerk("4401"), _a_letter("东风路<1>号")
    with within(HERE):
        Person.objects.filter(pk=letter.person_id).update(name="陈㛃")
        batch = _take(by)
        text = letters_of(batch=batch, by=by, at=NOW)
    assert text.count("<article") == 1
    assert "陈㛃：您好！" in text
    assert "东风路&lt;1&gt;号" in text
    assert f"No. {letter.pk}" in text
    assert "最迟2026年7月31日要办好" in text
    assert NUMBER not in text
    entries = Entry.objects.filter(kind="notices.letters_printed").order_by("pk")
    assert [each.after for each in entries] == [{"taken": True}, {"file": True}]
    assert "陈㛃" not in str(list(entries.values()))
    assert _state(letter) == (State.SENT, "")
    with within(HERE), pytest.raises(NoticeError, match="No letter waits"):
        take_letters(by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_letter_arrives_or_comes_back_as_an_officer_says_and_that_holds() -> None:
    by, arrived, returned = clerk("4401"), _a_letter(), _a_letter(username="other")
    _take(by)
    with within(HERE):
        with pytest.raises(NoticeError, match="Say what it rests on"):
            answer_letters(notices=[arrived.pk], arrived=True, reason="", by=by, at=NOW)
        answer_letters(notices=[arrived.pk], arrived=True, reason="list of registered mail", by=by, at=NOW)
        answer_letters(notices=[returned.pk], arrived=False, reason="moved away", by=by, at=NOW)
        with pytest.raises(NoticeError, match="known already"):
            answer_letters(notices=[arrived.pk], arrived=False, reason="after all not", by=by, at=NOW)
        benefit = Benefit.objects.get(pk=returned.benefit_id)
    assert (_state(arrived), _state(returned)) == ((State.DELIVERED, ""), (State.UNDELIVERABLE, "returned"))
    again = notices_held.notice(benefit, "2026-09:90", "third")
    assert (again.state, again.why) == (State.UNDELIVERABLE, "no_address")
    with within(HERE):
        Benefit.objects.filter(pk=benefit.pk).update(address="天河区体育西路2号")
    assert notices_held.notice(benefit, "2026-09:60", "fourth").state == State.QUEUED


@pytest.mark.usefixtures("flushed")
def test_two_officers_who_print_at_once_print_no_letter_twice() -> None:
    letters = {_a_letter(username=f"told-{n}").pk for n in range(6)}
    officers = [clerk("4401", "one"), clerk("4401", "two")]

    def print_some(by: Actor) -> None:
        try:
            _take(by, most=3)
        finally:
            connections.close_all()

    threads = [Thread(target=print_some, args=[by]) for by in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with within(HERE):
        printed = list(Notice.objects.exclude(letters=None).values_list("pk", "letters"))
    assert {key for key, _ in printed} <= letters
    taken = [batch for _, batch in printed]
    assert len(printed) == sum(taken.count(batch) for batch in set(taken))
    assert all(taken.count(batch) <= 3 for batch in set(taken))
    if len(set(taken)) == 2:
        assert len(printed) == 6


@pytest.mark.usefixtures("db")
def test_the_file_is_a_download_that_no_other_region_gets() -> None:
    batch = notices_held.batch("4401")
    clerk("4401", "here")
    clerk("4403", "there")
    path = f"/office/notices/letters/{batch}/file"
    printed = Entry.objects.filter(kind="notices.letters_printed")
    already = printed.count()
    assert (signed_in("here").get(path).status_code, printed.count()) == (405, already), "a look records nothing"
    answer = signed_in("here").post(path)
    assert printed.count() == already + 1
    assert answer.headers["Content-Disposition"] == f'attachment; filename="letters-{batch}.html"'
    assert signed_in("there").post(path).status_code == 404
