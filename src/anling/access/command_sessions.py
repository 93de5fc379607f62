"""Officers at the command line: a sign-in of its own, kept as a random token, that ends as a session of pages does.

platform.md: "A command-line act names its officer (`--as`, with that officer's signed-in token)."
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.errors import AccessError
from anling.access.models import CommandSession, Officer
from anling.access.queries import actor_of
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind

_ADDRESS = "127.0.0.1"
"""The network address of whoever sits at this machine: failures count as those of a page asked for from here."""
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def check_password(*, username: str, password: str) -> Officer:
    """The officer whose password this is; failures count and lock as on the page, and are recorded.

    Raises AccessError, which does not tell a wrong password from an account that is not there or switched off; also
    where it is a one-time password, which opens the pages alone.
    """
    request = _request()
    with request_context(request):
        try:
            found = get_adapter(request).authenticate(request, username=username, password=password)
        except ValidationError as error:
            raise AccessError(" ".join(error.messages), "password") from error
    if not isinstance(found, Officer) or not found.is_active:
        raise AccessError(gettext("No such officer, or another password; check both."), "password")
    if found.must_choose_password:
        raise AccessError(
            gettext("Choose a password of your own on the pages first: sign in there and follow the page.")
        )
    return found


def needs_code(officer: Officer) -> bool:
    """Whether a code of the second factor is asked for. Raises AccessError where the officer cannot give one here."""
    held = set(Authenticator.objects.filter(user=officer).values_list("type", flat=True))
    if not held.intersection(_FACTORS):
        if settings.DEMO:
            return False
        raise AccessError(gettext("Set up a second factor on the pages first: sign in there and follow the page."))
    if held == {Authenticator.Type.WEBAUTHN.value}:
        raise AccessError(
            gettext("A passkey works in a browser only; add an authenticator app on the pages under your name.")
        )
    return True


def check_code(*, officer: Officer, code: str) -> None:
    """Holds a code of the authenticator app, or a recovery code, to be right; each counts once. Raises AccessError."""
    with request_context(_request()):
        form = AuthenticateForm({"code": code}, user=officer)
        if not form.is_valid():
            raise AccessError(" ".join(str(error) for error in form.errors["code"]), "code")
        form.authenticator.record_usage()


@transaction.atomic
def begin(*, officer: Officer, machine: str, account: str, at: datetime) -> str:
    """Sign in an officer whose password and code were right; returns the token, of which only a hash is kept.

    machine, account: where, and under which account of the machine. The oldest ends when one too many begins.
    """
    token = secrets.token_urlsafe(32)
    CommandSession.objects.filter(officer=officer, ends_at__lte=at).delete()
    CommandSession.objects.create(
        officer=officer, token_hash=_hash(token), machine=machine[:100], account=account[:100], begun_at=at,
        ends_at=at + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )  # fmt: skip
    _record(Kind.SIGNED_IN, officer, at, {"command_line": machine[:100], "account": account[:100]})
    for old in CommandSession.objects.filter(officer=officer)[settings.SESSIONS_AT_ONCE :]:
        old.delete()
        _record(Kind.SESSION_ENDED, officer, at, {"reason": "too many at once"})
    return token


def actor_by_token(*, username: str, token: str, at: datetime) -> Actor:
    """The officer as a doer, where this is their token and still holds. Raises AccessError with the remedy."""
    found = CommandSession.objects.select_related("officer").filter(token_hash=_hash(token), ends_at__gt=at).first()
    if found is None or found.officer.username != username or not found.officer.is_active:
        raise AccessError(gettext("The sign-in has ended; run anling sign-in %s again.") % username)
    CommandSession.objects.filter(pk=found.pk).update(used_at=at)
    return actor_of(found.officer, timezone.localdate(at))


@transaction.atomic
def end(*, token: str, at: datetime) -> None:
    """Sign out; a token that has ended already stays so, and nothing is recorded."""
    found = CommandSession.objects.select_related("officer").filter(token_hash=_hash(token)).first()
    if found is not None:
        found.delete()
        _record(Kind.SIGNED_OUT, found.officer, at, {"command_line": found.machine})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _request() -> HttpRequest:
    """What allauth counts failures by."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = _ADDRESS
    return request


def _record(kind: Kind, officer: Officer, at: datetime, after: dict[str, object]) -> None:
    by = Actor(ActorKind.OFFICER, officer.key, officer.name)
    record(kind, by=by, at=at, on=Subject("officer", officer.key), after=after)
