"""Every page of every root, in Chinese: no English word but names of products, codes, and what the tests typed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from anling.access.roles import WITHOUT_REGION, Role
from tests.apps.test_isolation import ADDRESSES, HERE
from tests.support import matrix
from tests.support.chinese import words_on
from tests.support.platform import officer
from tests.support.visit import visitor

TYPED = re.compile(
    r"I live\.|one card|the register[^<]{0,40}says so|\btest\b|Parquet|localhost|\bowner\b|\bapp\b|second factor"
    r"|whose paper\?|\bdoer-\d+|the wrong card|\breader\b|English|Letters|https|Python|PostgreSQL|Django"
    r"|benefit_no|\baction\b|\bresult\b|\bdone\b|\brefused\b|另附 code|Anling"
)
"""What the makers of these objects typed, products, languages by their own names, columns, this machine's database."""


def _reader(role: Role | None) -> Client:
    client = visitor("zh-hans")
    if role:
        client.force_login(
            officer("reader", role, "" if role in WITHOUT_REGION else HERE, name="李"),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
    return client


def _role(name: str) -> Role | None:
    who = matrix.EXPECTED[name]
    return (Role.CLERK if who == "signed in" else None) if isinstance(who, str) else min(who)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", sorted(name for name in matrix.EXPECTED.keys() & ADDRESSES.keys() if ":" in name))
def test_a_page_leaves_no_english_word(name: str) -> None:
    arguments, posted = matrix.OBJECTS[name](HERE) if name in matrix.OBJECTS else (ADDRESSES[name].arguments, {})
    address, client = reverse(name, kwargs=arguments), _reader(_role(name))
    answers = [client.get(address)]
    if posted:
        answers += [client.post(address, {}, follow=True), client.post(address, posted, follow=True)]
    for answer in answers:
        content = answer.getvalue().decode() if answer["Content-Type"].startswith("text/html") else ""
        said = words_on(TYPED.sub("", content))
        assert said == [], (name, answer.status_code)
