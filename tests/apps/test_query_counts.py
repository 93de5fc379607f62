"""What a page asks of the database does not grow with the rows that it shows: every page that can be opened."""

from collections.abc import Iterator

import pytest
from django.db import connections, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anling.access.pages import ANYBODY
from anling.access.roles import WITHOUT_REGION, Role
from tests.apps.test_isolation import ADDRESSES
from tests.support import matrix
from tests.support.growing import GrowingOffice
from tests.support.pay import REGION
from tests.support.platform import officer
from tests.support.visit import visitor

FEW, MANY = 2, 6
ANSWERS = {
    "office:why": 404,
    "language": 302,
    "no_reset_by_mail": 404,
    "office:without-slash": 404,
    "office:place-list-preview": 302,  # an upload of the same minute, of one officer
    "me:wechat": 404,  # a signed link; its page shows one person alone
    "me:wechat-ask": 404,
    "me:wechat-back": 404,
}
"""Addresses that are read but show no list: what they answer to whoever comes without more."""


PAGES = sorted(ADDRESSES)
BARE = {"healthz": "/healthz", "metrics": "/metrics", "no_reset_by_mail": "/account/password/reset/"}
"""Addresses without a name or with a pattern that cannot be filled."""


@pytest.fixture(scope="module")
def counted(database: None) -> Iterator[dict[str, tuple[int, int, int]]]:
    """Name → (answer, queries with few rows, queries with many); of addresses that answer to GET."""
    del database
    with transaction.atomic():
        office = GrowingOffice()
        office.grow(1)
        clients = {role: _client(role) for role in Role}
        read = [name for name in PAGES if _takes_get(clients, name)]
        paths = {name: _path(name, office) for name in read}
        office.grow(FEW)
        few = {name: _asked(clients, name, _path(name, office, paths[name])) for name in read}
        office.grow(MANY)
        many = {name: _asked(clients, name, _path(name, office, paths[name])) for name in read}
        yield {name: (many[name][0], few[name][1], many[name][1]) for name in read}
        transaction.set_rollback(True)


def _client(role: Role) -> Client:
    client = visitor()
    client.force_login(officer(f"asks-{role}", role, "" if role in WITHOUT_REGION else REGION))
    return client


def _path(name: str, office: GrowingOffice, before: str = "") -> str:
    """The same thing again where a page is about one thing; the newest comparisons."""
    if address := BARE.get(name) or office.address(name):
        return address
    if before:
        return before
    if name in matrix.OBJECTS:
        arguments, _ = matrix.OBJECTS[name](REGION)
        return reverse(name, kwargs=arguments)
    return ADDRESSES[name].path


def _takes_get(clients: dict[Role, Client], name: str) -> bool:
    return _of(clients, name).get(BARE.get(name) or ADDRESSES[name].path).status_code != 405


def _of(clients: dict[Role, Client], name: str) -> Client:
    """Somebody who may open an address; a page that fails is one answer of many."""
    who = matrix.EXPECTED[name]
    client = visitor() if who == ANYBODY else clients[Role.CLERK if isinstance(who, str) else min(who)]
    client.raise_request_exception = False
    return client


def _asked(clients: dict[Role, Client], name: str, path: str) -> tuple[int, int]:
    """The answer, and how many queries it takes at least: once in a while a session is written as well."""
    client, counts = _of(clients, name), []
    for _ in range(3):
        reset_queries()  # of which Django keeps 9,000
        with CaptureQueriesContext(connections["default"]) as queries:
            answer = client.get(path)
            answer.getvalue()
        counts.append(len(queries))
    return answer.status_code, min(counts)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_more_for_many_rows_than_for_few(name: str, counted: dict[str, tuple[int, int, int]]) -> None:
    if name not in counted:
        return  # it takes POST alone
    answer, few, many = counted[name]
    assert answer == ANSWERS.get(name, 200), f"{name} is not looked at: give tests/support/growing.py its address"
    assert many <= few, f"{name}: {few} queries for few rows, {many} for many"
