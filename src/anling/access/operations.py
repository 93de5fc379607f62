"""Accounts of officers: added, changed, switched off and on, given a new password. Grants are in `granting`."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.errors import AccessError
from anling.access.granting import first_grant, must_remain
from anling.access.models import CommandSession, Officer
from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of one-time passwords: none that is mistaken for another when it is read out."""


def subject(officer: Officer) -> Subject:
    """The officer as the object of an entry."""
    return Subject("officer", officer.key)


@transaction.atomic
def add_officer(
    *, username: str, name: str, role: str, region: str, by: Actor, at: datetime, password: str = ""
) -> tuple[Officer, str]:
    """A new account with its first grant, from today on, and its one-time password.

    password: one that is to last, as its owner typed it; no one-time password is made then, and '' returned. Raises
    AccessError, NotAllowedError.
    """
    require(by, Act.ADMINISTER_ACCESS)
    username, name = username.strip(), name.strip()
    _check_names(username, name)
    if Officer.objects.filter(username__iexact=username).exists():
        raise AccessError(gettext("There is an account of this name already; choose another."), "username")
    one_time = "" if password else new_password()
    _check_password(password or one_time, Officer(username=username, name=name))
    officer = Officer.objects.create_user(
        username, password or one_time, name=name, must_choose_password=bool(one_time)
    )  # fmt: skip
    record(Kind.OFFICER_ADDED, by=by, at=at, on=subject(officer), after={"username": username, "name": name})
    first_grant(officer=officer, role=role, region=region, by=by, at=at)
    return officer, one_time


@transaction.atomic
def change_officer(*, officer: Officer, name: str, by: Actor, at: datetime) -> Officer:
    """Another name, such as after a marriage; the account name is lasting. Raises AccessError, NotAllowedError."""
    require(by, Act.ADMINISTER_ACCESS)
    name = name.strip()
    _check_names(officer.username, name)
    if name != officer.name:
        before, officer.name = officer.name, name
        officer.save(update_fields=["name"])
        record(Kind.OFFICER_CHANGED, by=by, at=at, on=subject(officer), before={"name": before}, after={"name": name})
    return officer


@transaction.atomic
def switch_officer(*, officer: Officer, on: bool, reason: str, by: Actor, at: datetime) -> Officer:
    """Off: nobody signs in any more and every session ends at once; grants and trail stay. Nobody switches themselves.

    Raises AccessError, also where nobody would be left to administer access; NotAllowedError.
    """
    require(by, Act.ADMINISTER_ACCESS)
    if officer.key == by.key:
        raise AccessError(gettext("Nobody switches their own account; ask another security administrator."))
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    if officer.is_active != on:
        officer.is_active = on
        officer.save(update_fields=["is_active"])
        must_remain(timezone.localdate(at))
        record(
            Kind.OFFICER_CHANGED, by=by, at=at, on=subject(officer), before={"active": not on}, after={"active": on},
            reason=reason.strip(),
        )  # fmt: skip
    if not on:
        _end_sessions(officer)
    return officer


@transaction.atomic
def reset_password(*, officer: Officer, reason: str, by: Actor, at: datetime) -> str:
    """A one-time password, returned to be told to the officer; the former one and every session end.

    Raises AccessError, NotAllowedError. The second factor stays; whoever lost it needs `remove_second_factor`.
    """
    require(by, Act.ADMINISTER_ACCESS)
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    one_time = new_password()
    officer.set_password(one_time)
    officer.must_choose_password = True
    officer.save(update_fields=["password", "must_choose_password"])
    _end_sessions(officer)
    record(
        Kind.PASSWORD_RESET, by=by, at=at, on=subject(officer), after={"password": "reset"}, reason=reason.strip()
    )  # fmt: skip
    return one_time


def new_password() -> str:
    """A random password that can be read out: 16 letters and digits in groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def remove_second_factor(*, officer: Officer, reason: str, by: Actor, at: datetime) -> int:
    """Forget lost devices, so that the officer must set up a new one at the next sign-in; returns how many there were.

    Nobody does this for themselves. Raises AccessError, NotAllowedError.
    """
    require(by, Act.ADMINISTER_ACCESS)
    if officer.key == by.key:
        raise AccessError(gettext("Nobody removes their own second factor here; ask another security administrator."))
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    removed, _ = officer.authenticator_set.all().delete()  # type: ignore[attr-defined]
    _end_sessions(officer)
    record(
        Kind.PASSWORD_RESET, by=by, at=at, on=subject(officer), before={"second_factors": removed},
        after={"second_factors": 0}, reason=reason.strip(),
    )  # fmt: skip
    return int(removed)


@transaction.atomic
def end_sessions(*, officer: Officer, reason: str, by: Actor, at: datetime) -> int:
    """Everywhere the officer is signed in, on pages and at command lines, ends at once; returns how many there were.

    Raises AccessError, NotAllowedError.
    """
    require(by, Act.ADMINISTER_ACCESS)
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    ended = _end_sessions(officer)
    record(
        Kind.SESSION_ENDED, by=by, at=at, on=subject(officer), before={"sessions": ended}, after={"sessions": 0},
        reason=reason.strip(),
    )  # fmt: skip
    return ended


@transaction.atomic
def choose_language(*, officer: Officer, language: str, by: Actor, at: datetime) -> Officer:
    """The language in which everything is said to an officer from now on; their own choice. Raises AccessError."""
    if officer.key != by.key:
        raise AccessError(gettext("Everybody chooses their own language."), "language")
    if language not in dict(settings.LANGUAGES):
        raise AccessError(gettext("There are no texts in this language."), "language")
    if language != officer.language:
        before, officer.language = officer.language, language
        officer.save(update_fields=["language"])
        record(
            Kind.OFFICER_CHANGED, by=by, at=at, on=subject(officer), before={"language": before},
            after={"language": language},
        )  # fmt: skip
    return officer


def _end_sessions(officer: Officer) -> int:
    sessions = list(UserSession.objects.filter(user=officer))
    for session in sessions:
        session.end()
    at_command_lines, _ = CommandSession.objects.filter(officer=officer).delete()
    return len(sessions) + at_command_lines


def _check_names(username: str, name: str) -> None:
    if not (username.isascii() and username.replace("-", "").replace("_", "").replace(".", "").isalnum()):
        raise AccessError(gettext("An account name has Latin letters, digits and . - _ only."), "username")
    if len(username) > 60:
        raise AccessError(gettext("An account name has at most 60 characters."), "username")
    if not 0 < len(name) <= 100:
        raise AccessError(gettext("A name has 1 to 100 characters."), "name")


def _check_password(password: str, officer: Officer) -> None:
    try:
        validate_password(password, officer)
    except ValidationError as error:
        raise AccessError(" ".join(error.messages), "password") from error
