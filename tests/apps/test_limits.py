"""Limits and lock-outs hold their count: for as long as they say, and whatever else is counted meanwhile."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory, override_settings

from anling.access.addresses import client_address, client_network
from anling.access.limits import forget, within_limit
from anling.access.models import Attempt
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.web.recipient.limits import allowed
from tests.support.platform import NOW, PASSWORD, officer
from tests.support.visit import sign_in, visitor

HERE = "203.0.113.7"


def _fill(expires: str) -> None:
    """More counts than are looked through for expired ones, before and behind all others in the order of keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO site_limits (cache_key, value, expires) SELECT CASE n % 2 WHEN 0 THEN '' ELSE '~' END || n,"
            f" 'gAVLAS4=', {expires} FROM generate_series(1, 2000) n"
        )


@pytest.mark.usefixtures("flushed")
def test_failures_on_invented_accounts_push_no_lock_out_aside() -> None:
    officer("wang", Role.CLERK, "4401")
    for _ in range(5):
        sign_in(visitor(), "wang", "wrong")
    _fill("now() + interval '5 minutes'")  # as failures on so many names leave it
    assert "too many" in sign_in(visitor(), "wang", PASSWORD).content.decode().lower()
    assert Entry.objects.filter(kind=Kind.SIGN_IN_FAILED, reason="locked out").count() == 1


@pytest.mark.usefixtures("flushed")
def test_counts_that_have_expired_are_dropped() -> None:
    cache.set("kept", 1, 300)
    _fill("now() - interval '5 minutes'")
    cache.set("new", 1, 300)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM site_limits ORDER BY 1")
        assert cursor.fetchall() == [(":1:kept",), (":1:new",)]


@pytest.mark.usefixtures("db")
def test_an_hour_is_an_hour() -> None:
    asked = RequestFactory().get("/me/appeal", REMOTE_ADDR=HERE)
    assert [allowed(asked, "appeal", 2, NOW) for _ in range(3)] == [True, True, False]
    assert not allowed(asked, "appeal", 2, NOW + timedelta(minutes=6))
    assert not allowed(asked, "appeal", 2, NOW + timedelta(minutes=59))
    assert allowed(asked, "look", 2, NOW)
    assert allowed(RequestFactory().get("/me/appeal", REMOTE_ADDR="203.0.113.8"), "appeal", 2, NOW)
    assert allowed(asked, "appeal", 2, NOW + timedelta(minutes=60))


@pytest.mark.usefixtures("db")
def test_counts_hold_no_address_and_are_forgotten_when_their_hour_is_over() -> None:
    within_limit(HERE, most=1, of=timedelta(hours=1), at=NOW)
    assert HERE not in str(list(Attempt.objects.values()))
    forget(NOW + timedelta(minutes=59))
    assert Attempt.objects.count() == 1
    forget(NOW + timedelta(minutes=60))
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "nonsense", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (2, "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_the_outermost_proxy_of_ours_saw(
    proxies: int, header: str | None, address: str
) -> None:
    asked = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")
    if header:
        asked.META["HTTP_X_FORWARDED_FOR"] = header
    with override_settings(PROXIES=proxies):
        assert client_address(asked) == address


def test_a_household_of_ipv6_counts_as_one() -> None:
    one, other = (RequestFactory().get("/", REMOTE_ADDR=f"2001:db8:0:1::{end}") for end in ("1", "ffff"))
    assert client_network(one) == client_network(other) == "2001:db8:0:1::"


@pytest.mark.usefixtures("flushed")
def test_behind_a_proxy_one_who_fails_locks_out_nobody_else_and_is_named() -> None:
    officer("wang", Role.CLERK, "4401")
    with override_settings(PROXIES=1):
        for number in range(21):
            _from("198.51.100.1", f"invented{number}", "wrong")
        assert "too many" in _from("198.51.100.1", "wang", PASSWORD).content.decode().lower()
        forged = _from("198.51.100.9, 198.51.100.1", "wang", PASSWORD)
        assert "too many" in forged.content.decode().lower()
        assert _from("198.51.100.2", "wang", PASSWORD).status_code == 302
    told = Entry.objects.filter(kind=Kind.SIGNED_IN).get()
    failed = Entry.objects.filter(kind=Kind.SIGN_IN_FAILED)
    assert told.after == {"address": "198.51.100.2"}
    assert {str(entry.after) for entry in failed} == {str({"address": "198.51.100.1"})}


def _from(header: str, username: str, password: str):  # type: ignore[no-untyped-def]
    return visitor().post(
        "/account/login/", {"login": username, "password": password}, headers={"x-forwarded-for": header}
    )
