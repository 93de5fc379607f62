"""POST /oauth/token: client credentials for a token (RFC 6749, section 4.4), with a limit on trying."""

from __future__ import annotations

import base64
import binascii
import hashlib

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views.base import TokenView

from anling.access.addresses import client_network
from anling.access.callers import CLIENTS
from anling.api import problems, usage
from anling.api.problems import ProblemError
from anling.audit.wording import worded

PER_ADDRESS, PER_CLIENT = 120, 30
_issue = TokenView.as_view()


@csrf_exempt
def token(request: HttpRequest) -> HttpResponseBase:
    """A token for an hour. Errors of OAuth have the form of RFC 6749, section 5.2; all others are problems."""
    try:
        _refuse(request)
        response = _issue(request)
    except RequestDataTooBig:
        return problems.answer(ProblemError("too-large"))
    except ProblemError as error:
        headers = {"Allow": "POST"} if error.kind == "wrong-method" else {}
        if error.kind == "too-many":
            headers["Retry-After"] = str(usage.SECONDS - timezone.now().second)
        return problems.answer(error, headers)
    response["Cache-Control"] = "no-store"
    return response


token.allowed = CLIENTS  # type: ignore[attr-defined]


def _refuse(request: HttpRequest) -> None:
    if request.method != "POST":
        raise ProblemError("wrong-method")
    now = timezone.now()
    address = usage.count(f"address:{client_network(request)}", PER_ADDRESS, now)
    if address.over:
        raise ProblemError("too-many")
    if request.content_type != "application/x-www-form-urlencoded":
        raise ProblemError("wrong-type", worded("A token is asked for with application/x-www-form-urlencoded."))
    client = hashlib.sha256(_client_id(request).encode()).hexdigest()
    if usage.count(f"token:{client}", PER_CLIENT, now).over:
        raise ProblemError("too-many")


def _client_id(request: HttpRequest) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return str(request.POST.get("client_id", ""))
    try:
        return base64.b64decode(value).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
