"""Agree to messages by WeChat (/me/wechat/…), see how many are left, and take it back: by a link of an officer."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from anling.access.pages import open_to_all
from anling.notices.configured import consent_desk
from anling.notices.consenting import Invited, agreed, invited, proves, withdrawn
from anling.notices.errors import NoticeError, NotThereError
from anling.web.recipient.appeals import LookForm
from anling.web.recipient.limits import allowed, too_many

SAID = {
    "warning": _("It is time to confirm"), "result": _("You are confirmed"), "suspension": _("Pay has stopped"),
    "restoration": _("Pay goes on"), "apology": _("We made a mistake"), "appeal": _("What you objected to"),
    "end": _("Pay has ended"), "arrears": _("Missed pay comes"), "offset": _("Part is kept back"),
}  # fmt: skip
"""The kinds of notice in the words of a recipient."""
TRIES_AN_HOUR = 10
PROOF, SECONDS = "anling-wechat", 1800
"""The cookie of a browser whose owner said the end of the number: a word that WeChat brings back, and the link."""
_SALT = "anling.web.recipient.wechat"


@open_to_all
@never_cache
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """First who is asked, then what is left and the way into WeChat."""
    found = _invited(request, token)
    if isinstance(found, HttpResponse):
        return found
    if _proof(request)[1] == token:
        return render(request, "recipient/wechat.html", _values(token, found))
    form, status = LookForm(request.POST or None), 200
    if request.method == "POST":
        if not allowed(request, "wechat", TRIES_AN_HOUR, timezone.now()):
            form.add_error(None, too_many())
            status = 429
        elif form.is_valid() and proves(token=token, last=form.cleaned_data["last"], at=timezone.now()):
            return _with_proof(request, token)
        elif form.is_valid():
            form.add_error("last", gettext("These are not the last 4 characters. Please look at the card again."))
            status = 422
    return render(request, "recipient/wechat_who.html", {"form": form, "name": found.name}, status=status)


@open_to_all
@never_cache
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Into WeChat, where the person agrees; the browser comes back by `back`."""
    found, (word, link), desk = _invited(request, token), _proof(request), consent_desk()
    if isinstance(found, HttpResponse):
        return found
    if desk is None or link != token:
        return redirect("me:wechat", token)
    return redirect(desk.address(state=word, back=request.build_absolute_uri(reverse("me:wechat-back"))))


@open_to_all
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """From WeChat, with what was answered there."""
    desk, (word, token) = consent_desk(), _proof(request)
    if desk is None or not word or not hmac.compare_digest(word.encode(), request.GET.get("state", "").encode()):
        raise Http404  # not the browser that went there
    found = _invited(request, token)
    if isinstance(found, HttpResponse):
        return found
    try:
        agreed(token=token, code=request.GET.get("code", "")[:200], desk=desk, at=timezone.now())
    except NoticeError as error:
        values = {**_values(token, found), "error": str(error)}
        return render(request, "recipient/wechat.html", values, status=422)
    return redirect("me:wechat", token)


@open_to_all
@never_cache
@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages by WeChat."""
    found = _invited(request, token)
    if isinstance(found, HttpResponse):
        return found
    if _proof(request)[1] != token:
        return redirect("me:wechat", token)
    try:
        withdrawn(token=token, at=timezone.now())
    except NotThereError:
        return redirect("me:wechat", token)  # taken back already, in another window
    return render(request, "recipient/wechat_stopped.html", {"token": token})


def _invited(request: HttpRequest, token: str) -> Invited | HttpResponse:
    """Whom the link is for, or the page that says why it opens nothing."""
    try:
        return invited(token=token, at=timezone.now())
    except NoticeError as error:
        return render(request, "recipient/wechat_no_link.html", {"error": str(error)}, status=404)


def _values(token: str, found: Invited) -> dict[str, Any]:
    desk = consent_desk()
    kinds = desk.kinds if desk else ()
    rows = [(SAID[kind], found.left.get(kind, 0)) for kind in kinds]
    return {"token": token, "invited": found, "rows": rows, "open": desk is not None}


def _proof(request: HttpRequest) -> tuple[str, str]:
    """The word in the browser's cookie and the link of which it is; empty where there is none."""
    try:
        word, _, link = str(request.get_signed_cookie(PROOF, salt=_SALT, max_age=SECONDS)).partition(" ")
    except (KeyError, signing.BadSignature):
        return "", ""
    return word, link


def _with_proof(request: HttpRequest, token: str) -> HttpResponse:
    response = redirect("me:wechat", token)
    response.set_signed_cookie(
        PROOF, f"{secrets.token_hex(16)} {token}", salt=_SALT, max_age=SECONDS, path="/me/wechat", httponly=True,
        samesite="Lax", secure=request.is_secure(),
    )  # fmt: skip
    return response
