"""How officers sign in: accounts are given, never made by oneself; a second factor; sessions that end (allauth)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from anling.access.addresses import client_address
from anling.access.models import CommandSession, Officer
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind, machine

SEEN = "seen"
"""Session key: when the last request came, in seconds since 1970."""
_STEP = 60
"""How exactly that is kept, in seconds: a session is written once a minute, not with every request."""
_ALWAYS = ("mfa_", "account_logout", "account_reauthenticate", "account_change_password", "usersessions_", "language")
"""Names of pages, by their beginning, that an officer without a second factor may open."""
_TO_CHOOSE = ("account_logout", "account_change_password", "language")
"""And what alone an officer opens who has a one-time password."""
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class OfficerAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail; what fails is recorded."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers here."""
        del request
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count by account, whatever the host name asked for, and at the command line too."""
        del request
        return str(credentials.get("username", "")).lower()

    def get_client_ip(self, request: HttpRequest) -> str:
        """By which failures count and sessions are listed."""
        return client_address(request) or str(super().get_client_ip(request))

    def clean_password(self, password: str, user: Officer | None = None) -> str:
        """Raises ValidationError for one that is too weak, or for the one-time password once more."""
        if user is not None and user.must_choose_password and user.check_password(password):
            raise ValidationError(gettext("That is the one-time password; choose one that nobody else knows."))
        return str(super().clean_password(password, user))

    def set_password(self, user: Officer, password: str) -> None:
        """The officer has chosen: from now on every page opens, and a one-time password opens none."""
        user.must_choose_password = False
        super().set_password(user, password)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses, after too many failures, even the right password."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _failed(request, credentials, "locked out")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The password was wrong, or there is no such account."""
        _failed(request, credentials, "refused")


class SignInMiddleware:
    """Ends idle sessions; leads officers with a one-time password or without a second factor to where they set theirs.

    A demonstration (settings.DEMO) only offers the second factor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead elsewhere."""
        if not isinstance(request.user, Officer):
            return self._get_response(request)
        now = int(time.time())
        seen = request.session.get(SEEN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
            messages.info(request, gettext("You were signed out because nothing happened for a while."))
            return HttpResponseRedirect(reverse("account_login"))
        if SEEN not in request.session or now - seen > _STEP:
            request.session[SEEN] = now
        if request.user.must_choose_password and not _is_one_of(_TO_CHOOSE, request.path_info):
            said = gettext("Choose a password of your own first; the one that you were told opens nothing else.")
            messages.info(request, said)
            return HttpResponseRedirect(_to_choose(request))
        if not settings.DEMO and not _is_one_of(_ALWAYS, request.path_info) and not has_second_factor(request.user):
            messages.info(request, gettext("Set up a second factor first: an authenticator app or a passkey."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return self._get_response(request)


def has_second_factor(officer: Officer) -> bool:
    """Whether the officer has an authenticator app or a passkey; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=officer, type__in=FACTORS).exists())


def _to_choose(request: HttpRequest) -> str:
    """Where a password is chosen, and after that the page that was asked for."""
    after = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return f"{reverse('account_change_password')}{after}"


def _is_one_of(names: tuple[str, ...], path: str) -> bool:
    """Whether the name of a page begins as one of some names do."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return False
    return name.startswith(names)


def connect() -> None:
    """Listen to allauth and Django from now on; called once, when the room is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="access.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="access.signed_out")
    password_changed.connect(_password_changed, dispatch_uid="access.password_changed")
    authentication_failed.connect(_code_failed, dispatch_uid="access.code_failed")
    authenticator_added.connect(_factor_changed, dispatch_uid="access.factor_added")
    authenticator_removed.connect(_factor_changed, dispatch_uid="access.factor_removed")


def _signed_in(request: HttpRequest, user: Officer, **others: object) -> None:
    del others
    with transaction.atomic():
        _record(Kind.SIGNED_IN, user, {"address": client_address(request)})
        kept = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
        for session in kept[settings.SESSIONS_AT_ONCE :]:
            session.end()
            _record(Kind.SESSION_ENDED, user, {"reason": "too many at once"})
    request.session[SEEN] = int(time.time())
    if settings.DEMO and not has_second_factor(user):
        messages.info(request, gettext("In a demonstration a second factor is optional; set one up under your name."))


def _signed_out(request: HttpRequest, user: Officer | None, **others: object) -> None:
    del others
    if user is not None:
        with transaction.atomic():
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            _record(Kind.SIGNED_OUT, user, {"address": client_address(request)})


def _password_changed(request: HttpRequest, user: Officer, **others: object) -> None:
    del request, others
    with transaction.atomic():
        CommandSession.objects.filter(officer=user).delete()
        _record(Kind.PASSWORD_RESET, user, {"password": "changed by its owner"})


def _factor_changed(request: HttpRequest, user: Officer, authenticator: Authenticator, **others: object) -> None:
    del request, others
    with transaction.atomic():
        held = Authenticator.objects.filter(pk=authenticator.pk).exists()
        _record(Kind.OFFICER_CHANGED, user, {"second_factor": authenticator.type, "held": held})


def _code_failed(request: HttpRequest, user: Officer, authenticator: Authenticator, **others: object) -> None:
    del authenticator, others
    _failed(request, {"username": user.username}, "second factor")


def _failed(request: HttpRequest, credentials: dict[str, Any], why: str) -> None:
    """What was typed is not kept where it is no account's name: it may be a password in the wrong field."""
    officer = Officer.objects.filter(username=credentials.get("username", "")).first()
    with transaction.atomic():
        record(
            Kind.SIGN_IN_FAILED, by=machine("sign-in"), at=timezone.now(),
            on=Subject("officer", officer.key if officer else ""), after={"address": client_address(request)},
            reason=why,
        )  # fmt: skip


def _record(kind: Kind, officer: Officer, after: dict[str, object]) -> None:
    by = Actor(ActorKind.OFFICER, officer.key, officer.name)
    record(kind, by=by, at=timezone.now(), on=Subject("officer", officer.key), after=after)
