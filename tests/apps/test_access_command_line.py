"""Acts on the command line name their officer, who has signed in there (platform.md, "Who may do what")."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from anling.access.models import CommandSession, Officer
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.support.command import anling, signed_in_here
from tests.support.platform import HOME, PASSWORD, officer
from tests.support.totp import code
from tests.support.visit import sign_in, signed_in, visitor

FOLDER = HOME / f"signed-in-{os.getuid()}"
UNITS = "编号,名称,区划代码\nU1,一厂,440104\n"


@pytest.fixture(autouse=True)
def folder(flushed: None) -> Iterator[None]:
    """Tokens of this test alone."""
    del flushed
    shutil.rmtree(FOLDER, ignore_errors=True)
    yield
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A list of one unit."""
    file = tmp_path / "units.csv"
    file.write_text(UNITS)
    return file


def _kinds() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("pk").values_list("kind", "doer"))


def test_an_officer_signs_in_acts_and_signs_out(units: Path) -> None:
    li = officer("li", Role.CLERK, "4401")
    done = anling("sign-in", "li", typed=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    token = FOLDER / "li.token"
    assert (stat.S_IMODE(token.stat().st_mode), stat.S_IMODE(FOLDER.stat().st_mode)) == (0o600, 0o700)
    kept = CommandSession.objects.get()
    assert token.read_text() not in str(CommandSession.objects.values())
    assert kept.ends_at - kept.begun_at == timedelta(hours=8)
    assert anling("places", "units", units, "--as", "li").returncode == 0
    used = CommandSession.objects.get().used_at
    assert used is not None
    assert anling("sign-out", "li").returncode == 0
    assert (token.exists(), CommandSession.objects.count()) == (False, 0)
    assert _kinds() == [(Kind.SIGNED_IN, li.key), (Kind.TERRITORY_LOADED, li.key), (Kind.SIGNED_OUT, li.key)]


@pytest.mark.parametrize(
    "words",
    [
        ("places", "units", "FILE"), ("import", "roster", "FILE"), ("import", "feed", "FILE"), ("officers", "list"),
        ("comparison", "run", "--as-of", "2026-06-30"), ("audit", "verify"),
        ("officers", "add", "x", "--name", "x", "--role", "clerk"),
    ],
)  # fmt: skip
def test_who_has_not_signed_in_acts_nowhere_and_is_told_what_to_do(words: tuple[str, ...], units: Path) -> None:
    officer("li", Role.CLERK, "4401")
    refused = anling(*[units if word == "FILE" else word for word in words], "--as", "li")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
    assert "run anling sign-in li first" in refused.stderr
    assert not Entry.objects.exists()


def test_a_token_that_ended_or_is_another_officers_or_open_to_others_is_none(units: Path) -> None:
    officer("li", Role.CLERK, "4401")
    officer("wang", Role.CLERK, "4401")
    token = signed_in_here("li")
    (FOLDER / "wang.token").write_text(token)
    (FOLDER / "wang.token").chmod(0o600)
    assert "run anling sign-in wang again" in anling("places", "units", units, "--as", "wang").stderr
    (FOLDER / "li.token").chmod(0o644)
    assert "others may read this token" in anling("places", "units", units, "--as", "li").stderr
    (FOLDER / "li.token").chmod(0o600)
    CommandSession.objects.update(ends_at=timezone.now())
    ended = anling("places", "units", units, "--as", "li")
    assert (ended.returncode, "run anling sign-in li again" in ended.stderr) == (2, True)


def test_switching_off_a_new_password_and_the_security_administrator_end_it_at_once(units: Path) -> None:
    officer("security", Role.SECURITY_ADMINISTRATOR)
    li = officer("li", Role.CLERK, "4401")
    page = f"/office/officers/{li.pk}"
    security = signed_in("security")
    acts: tuple[dict[str, str], ...] = (
        {"act": "sessions", "sessions-reason": "the laptop is lost"},
        {"act": "password", "password-reason": "forgotten"},
        {"act": "switch", "switch-reason": "retired"},
    )
    for said in acts:
        signed_in_here("li")
        assert anling("places", "units", units, "--as", "li").returncode == 0
        assert "tester" in security.get(page).content.decode()
        assert "Say why" not in security.post(page, said, follow=True).content.decode()
        assert "run anling sign-in li again" in anling("places", "units", units, "--as", "li").stderr
        assert "tester" not in security.get(page).content.decode()
    assert Entry.objects.get(kind=Kind.SESSION_ENDED).reason == "the laptop is lost"


def test_a_changed_password_ends_it_too() -> None:
    officer("li", Role.CLERK, "4401")
    signed_in_here("li")
    form = {"oldpassword": PASSWORD, "password1": "another long horse", "password2": "another long horse"}
    assert signed_in("li").post("/account/password/change/", form).status_code == 302
    assert not CommandSession.objects.exists()


def test_failures_lock_page_and_command_line_together() -> None:
    officer("li", Role.CLERK, "4401")
    for _ in range(4):
        sign_in(visitor(), "li", "wrong")
    wrong = anling("sign-in", "li", typed="wrong\n")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
    locked = anling("sign-in", "li", typed=f"{PASSWORD}\n")
    assert (locked.returncode, FOLDER.exists()) == (2, False)
    reasons = list(Entry.objects.filter(kind=Kind.SIGN_IN_FAILED).order_by("pk").values_list("reason", flat=True))
    assert reasons == ["refused"] * 5 + ["locked out"]


def test_a_second_factor_is_asked_for_and_each_code_counts_once() -> None:
    li = officer("li", Role.CLERK, "4401")
    secret = generate_totp_secret()
    TOTP.activate(li, secret)
    codes = RecoveryCodes.activate(li).get_unused_codes()
    assert anling("sign-in", "li", typed=f"{PASSWORD}\n000000\n").returncode == 2
    assert Entry.objects.get(kind=Kind.SIGN_IN_FAILED).reason == "second factor"
    for typed in (code(secret), codes[0]):
        done = anling("sign-in", "li", typed=f"{PASSWORD}\n{typed}\n")
        assert done.returncode == 0, done.stderr
        assert anling("sign-in", "li", typed=f"{PASSWORD}\n{typed}\n").returncode == 2


def test_outside_a_demonstration_a_second_factor_that_works_here_is_needed() -> None:
    li = officer("li", Role.CLERK, "4401")
    without = anling("sign-in", "li", typed=f"{PASSWORD}\n", ANLING_DEMO="0")
    assert (without.returncode, "Set up a second factor" in without.stderr) == (2, True)
    Authenticator.objects.create(user=li, type=Authenticator.Type.WEBAUTHN, data={})
    only_a_passkey = anling("sign-in", "li", typed=f"{PASSWORD}\n", ANLING_DEMO="0")
    assert (only_a_passkey.returncode, CommandSession.objects.count()) == (2, 0)


def test_only_the_first_officer_of_all_is_added_by_nobody() -> None:
    add = ("officers", "add", "root", "--name", "安", "--role")
    refused = anling(*add, "clerk", "--region", "44")
    assert (refused.returncode, "The first officer is a security_administrator" in refused.stderr) == (2, True)
    first = anling(*add, "security_administrator")
    assert first.returncode == 0, first.stderr
    assert anling("sign-in", "root", typed=first.stdout.split()[-1] + "\n").returncode == 0
    another = ("officers", "add", "li", "--name", "李", "--role", "clerk", "--region", "4401")
    assert anling(*another).returncode == 2
    assert anling(*another, "--as", "root").returncode == 0
    listed = anling("officers", "list", "--as", "root")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["li", "root"]
    added = Entry.objects.get(kind=Kind.OFFICER_ADDED, doer=Officer.objects.get(username="root").key)
    assert added.object_key == Officer.objects.get(username="li").key


def test_a_name_never_leads_out_of_the_folder(units: Path) -> None:
    refused = anling("places", "units", units, "--as", "../../etc/passwd")
    assert (refused.returncode, "signed in here" in refused.stderr) == (2, True)
