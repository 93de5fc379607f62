"""A password that the security administrator made opens the first sign-in alone: its owner chooses their own first."""

import re
from typing import Any

import pytest
from django.test import Client

from anling.access.models import Officer
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.apps.test_isolation import ADDRESSES
from tests.apps.test_query_counts import BARE
from tests.support.command import anling
from tests.support.platform import PASSWORD, officer
from tests.support.visit import sign_in, signed_in, visitor

pytestmark = pytest.mark.usefixtures("flushed")

CHANGE = "/account/password/change/"
OWN = "a lamp beside the river"
FORM = {"username": "li", "name": "李四", "role": "clerk", "region": "4401"}
LIBRARY = {"mfa": "/account/mfa/", "sessions": "/account/sessions/", "docs": "/api/v1/docs", "none": "/nowhere"}
PATHS = {name: BARE.get(name) or each.path for name, each in ADDRESSES.items() if name != "language"} | LIBRARY
"""Every page but the sign-out, the choice of a language, and the page where a password is chosen."""


@pytest.fixture
def security() -> Client:
    """The security administrator, signed in."""
    officer("security", Role.SECURITY_ADMINISTRATOR)
    return signed_in("security")


def _shown(answer: Any) -> str:
    """The one-time password on an answer."""
    found = re.search(r'<code class="text-break">([^<]+)<', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def _choose(client: Client, old: str, new: str, address: str = CHANGE, **more: str) -> Any:
    return client.post(address, {"oldpassword": old, "password1": new, "password2": new, **more})


def _leads_to_the_choice(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer["Location"].startswith(CHANGE))


def test_it_opens_nothing_until_its_owner_has_chosen_and_then_nothing_any_more(security: Client) -> None:
    one_time = _shown(security.post("/office/officers/add", FORM))
    page = security.get(f"/office/officers/{Officer.objects.get(username='li').pk}").content.decode()
    assert "has not chosen a password yet" in page
    assert one_time not in page
    li = visitor()
    li.raise_request_exception = False  # a page that fails is one answer of many
    assert sign_in(li, "li", one_time).status_code == 302
    open_already = {name for name, path in PATHS.items() if not _leads_to_the_choice(li.get(path))}
    assert open_already == set()
    assert {name for name, path in PATHS.items() if not _leads_to_the_choice(li.post(path))} == set()
    assert li.get("/office/people?sort=name")["Location"] == f"{CHANGE}?next=%2Foffice%2Fpeople%3Fsort%3Dname"
    assert li.get("/account/logout/").status_code == 200
    assert "Choose a password of your own first" in li.get("/office/", follow=True).content.decode()

    assert "That is the one-time password" in _choose(li, one_time, one_time).content.decode()
    assert "too common" in _choose(li, one_time, "12345678").content.decode()
    assert _leads_to_the_choice(li.get("/office/"))
    chosen = _choose(li, one_time, OWN, next="/office/people?sort=name")
    assert (chosen.status_code, chosen["Location"]) == (302, "/office/people?sort=name")
    assert {name for name, path in PATHS.items() if _leads_to_the_choice(li.get(path))} == set()
    assert li.get("/office/people?sort=name").status_code == 200
    assert sign_in(visitor(), "li", one_time).status_code == 200, "the form again"
    assert sign_in(visitor(), "li", OWN).status_code == 302
    told = Entry.objects.get(kind=Kind.PASSWORD_RESET)
    assert (told.doer, told.after) == (Officer.objects.get(username="li").key, {"password": "changed by its owner"})
    assert one_time not in str(list(Entry.objects.values()))


def test_a_forgotten_password_is_replaced_by_one_for_the_next_sign_in(security: Client) -> None:
    wang = officer("wang", Role.CLERK, "4401")
    before, page = signed_in("wang"), f"/office/officers/{wang.pk}"
    assert "This field is required" in security.post(page, {"act": "password", "password-reason": ""}).content.decode()
    assert before.get("/office/").status_code == 200
    one_time = _shown(security.post(page, {"act": "password", "password-reason": "forgotten"}))
    assert Entry.objects.get(kind=Kind.PASSWORD_RESET).reason == "forgotten"
    assert "/account/login/" in before.get("/office/")["Location"], "every session ends"
    assert sign_in(visitor(), "wang", PASSWORD).status_code == 200, "the former password is refused"
    assert _leads_to_the_choice(signed_in_with(one_time).get("/office/"))
    assert _shown(security.post(page, {"act": "password", "password-reason": "lost again"})) != one_time


def signed_in_with(password: str) -> Client:
    """Wang, with a password."""
    client = visitor()
    assert sign_in(client, "wang", password).status_code == 302
    return client


def test_no_command_line_takes_it_and_the_sentence_says_where_to_choose() -> None:
    officer("wang", Role.CLERK, "4401", must_choose_password=True)
    refused = anling("sign-in", "wang", typed=f"{PASSWORD}\n")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "Choose a password of your own on the pages first" in refused.stderr


@pytest.mark.parametrize(("demo", "one_time"), [("1", False), ("0", True)])
def test_what_the_command_line_makes_is_for_the_first_sign_in_but_in_a_demonstration(demo: str, one_time: bool) -> None:
    add = ("officers", "add", "root", "--name", "安", "--role", "security_administrator", "--generate")
    made = anling(*add, ANLING_DEMO=demo)
    assert made.returncode == 0, made.stderr
    root = visitor()
    assert sign_in(root, "root", made.stdout.split()[-1]).status_code == 302
    assert _leads_to_the_choice(root.get("/office/")) == one_time
