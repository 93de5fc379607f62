"""Signing in: recorded, locked after failures in every process, with a second factor, in sessions that end."""

import subprocess
import sys
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client, override_settings

from anling.access.roles import Role
from anling.access.sign_in import SEEN
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.support.platform import PASSWORD, environment, officer
from tests.support.visit import sign_in, visitor

pytestmark = pytest.mark.usefixtures("flushed")
LOGIN = "/account/login/"


def _sign_in(client: Client, password: str = PASSWORD, username: str = "wang") -> Any:
    return sign_in(client, username, password)


def _kinds() -> list[tuple[str, str, str]]:
    return list(Entry.objects.order_by("pk").values_list("kind", "doer", "object_key"))


def test_signing_in_and_out_and_failing_are_recorded() -> None:
    wang = officer("wang", Role.CLERK, "4401")
    client = visitor()
    _sign_in(client, "wrong")
    _sign_in(client, "wrong", "password typed here")
    assert _sign_in(client).status_code == 302
    client.post("/account/logout/")
    assert _kinds() == [
        (Kind.SIGN_IN_FAILED, "machine:sign-in", wang.key),
        (Kind.SIGN_IN_FAILED, "machine:sign-in", ""),
        (Kind.SIGNED_IN, wang.key, wang.key),
        (Kind.SIGNED_OUT, wang.key, wang.key),
    ]
    assert "typed here" not in str(list(Entry.objects.values()))


def test_an_officer_who_is_switched_off_does_not_get_in() -> None:
    officer("wang", Role.CLERK, "4401", is_active=False)
    client = visitor()
    _sign_in(client)
    assert client.get("/office/").status_code == 302


_OTHER_PROCESS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "anling.site.settings"
from anling.site.database import bring_up
from anling.site.environment import read_environment
bring_up(read_environment(os.environ))
django.setup()
from django.test import Client
form = {"login": "wang", "password": "correct horse battery"}
print(Client(SERVER_NAME="localhost").post("/account/login/", form).status_code)
"""


def test_after_five_failures_even_the_right_password_is_refused_in_every_process() -> None:
    officer("wang", Role.CLERK, "4401")
    for _ in range(5):
        _sign_in(visitor(), "wrong")
    assert "too many" in _sign_in(visitor()).content.decode().lower()
    other = subprocess.run(
        [sys.executable, "-W", "error", "-c", _OTHER_PROCESS], env=environment(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert other.stdout.strip() == "200"  # the form again; who gets in is led elsewhere
    assert Entry.objects.filter(kind=Kind.SIGN_IN_FAILED, reason="locked out").count() == 2


def test_the_lock_is_released_by_time() -> None:
    officer("wang", Role.CLERK, "4401")
    with override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "2/2s/key"}):
        for _ in range(2):
            _sign_in(visitor(), "wrong")
        assert _sign_in(visitor()).status_code == 200
        time.sleep(2.2)
        assert _sign_in(visitor()).status_code == 302


def test_without_a_second_factor_only_its_pages_open_but_in_a_demonstration() -> None:
    wang = officer("wang", Role.CLERK, "4401")
    client = visitor()
    _sign_in(client)
    assert client.get("/office/").status_code == 200
    with override_settings(DEMO=False):
        answer = client.get("/office/")
        assert (answer.status_code, answer["Location"]) == (302, "/account/mfa/")
        assert client.get("/account/mfa/").status_code == 200
        Authenticator.objects.create(user=wang, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert client.get("/office/").status_code == 200
        again = _sign_in(visitor())
        assert again["Location"].startswith("/account/2fa/") or "authenticate" in again["Location"]


def test_an_idle_session_ends() -> None:
    officer("wang", Role.CLERK, "4401")
    client = visitor()
    _sign_in(client)
    assert client.get("/office/").status_code == 200
    session = client.session
    session[SEEN] = int(time.time()) - 31 * 60
    session.save()
    assert client.get("/office/")["Location"].startswith(LOGIN)
    assert Entry.objects.filter(kind=Kind.SIGNED_OUT).count() == 1


def test_the_oldest_session_ends_when_one_too_many_begins_and_own_sessions_can_be_ended() -> None:
    officer("wang", Role.CLERK, "4401")
    clients = [visitor() for _ in range(4)]
    for client in clients:
        _sign_in(client)
    opened = [client.get("/office/").status_code for client in clients]
    assert opened == [302, 200, 200, 200]
    assert UserSession.objects.count() == 3
    clients[3].post("/account/sessions/")
    assert [client.get("/office/").status_code for client in clients] == [302, 302, 302, 200]


@pytest.mark.parametrize("address", ["", "done/", "key/1-set-password/", "key/done/", "confirm/"])
def test_no_password_is_set_anew_by_mail_which_nobody_has(address: str) -> None:
    for ask in (visitor().get, visitor().post):
        assert ask(f"/account/password/reset/{address}").status_code == 404
