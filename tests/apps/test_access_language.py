"""A language once chosen is kept with the officer, wherever they sign in; a stranger's choice stays in the browser."""

import pytest

from anling.access.models import Officer
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.support.platform import officer
from tests.support.visit import signed_in, visitor

pytestmark = pytest.mark.usefixtures("flushed")


def test_an_officers_choice_follows_them_to_another_browser() -> None:
    li = officer("li", Role.CLERK, "4401")
    first = signed_in("li", "en")
    assert 'lang="en"' in first.get("/office/").content.decode()
    assert not Officer.objects.get(pk=li.pk).language, "what the browser asks for is no choice"
    first.post("/language", {"language": "zh-hans", "next": "/office/"})
    assert Officer.objects.get(pk=li.pk).language == "zh-hans"
    elsewhere = signed_in("li", "en")
    answer = elsewhere.get("/office/")
    assert ('lang="zh-hans"' in answer.content.decode(), answer["Content-Language"]) == (True, "zh-hans")
    entry = Entry.objects.get(kind=Kind.OFFICER_CHANGED)
    assert (entry.doer, entry.object_key, entry.after) == (li.key, li.key, {"language": "zh-hans"})


def test_another_officer_at_the_same_browser_keeps_their_own() -> None:
    officer("li", Role.CLERK, "4401", language="zh-hans")
    officer("smith", Role.CLERK, "4401", language="en")
    browser = signed_in("li", "en")
    assert 'lang="zh-hans"' in browser.get("/office/").content.decode()
    browser.post("/account/logout/")
    browser.post("/account/login/", {"login": "smith", "password": "correct horse battery"})
    assert 'lang="en"' in browser.get("/office/").content.decode()


def test_a_strangers_choice_stays_in_the_browser_and_nonsense_changes_nothing() -> None:
    li = officer("li", Role.CLERK, "4401")
    stranger = visitor("en")
    stranger.post("/language", {"language": "zh-hans", "next": "/"})
    assert 'lang="zh-hans"' in stranger.get("/").content.decode()
    assert 'lang="en"' in visitor("en").get("/").content.decode()
    signed_in("li", "en").post("/language", {"language": "klingon", "next": "/office/"})
    assert not Officer.objects.get(pk=li.pk).language
    assert not Entry.objects.filter(kind=Kind.OFFICER_CHANGED).exists()
