"""The way into every operation: token, rate limit, form of the request, then one transaction under the client's region.

An officer's session opens nothing here: only the Authorization header counts.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import quote_etag
from django.views.decorators.csrf import csrf_exempt

from anling.access.callers import CLIENTS, Caller, caller_of
from anling.api import problems, usage
from anling.api.problems import ProblemError
from anling.api.repeats import once
from anling.audit.lost import database_lost
from anling.audit.scope import within
from anling.audit.wording import worded

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")
SEARCH = "/search"
"""A path that ends so reads by POST, so that what is looked for stands in no address."""


class ClientRequest(HttpRequest):
    """A request behind the gate."""

    caller: Caller


def guarded(view: View, methods: frozenset[str]) -> View:
    """The view behind the gate, which lets the view's own methods through."""

    @csrf_exempt
    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        headers: dict[str, str] = {}
        try:
            caller = _caller(request)
            standing = usage.count(caller.actor.key, caller.per_minute, timezone.now())
            headers = standing.headers()
            if standing.over:
                raise ProblemError(
                    "too-many", worded("%(most)s requests a minute are allowed.", most=caller.per_minute)
                )
            if request.method not in methods:
                headers["Allow"] = ", ".join(sorted(methods))
                raise ProblemError("wrong-method")
            _check_form(request)
            response = _in_scope(cast("ClientRequest", request), caller, lambda: view(request, *args, **kwargs))
        except Exception as error:  # whatever it is, the answer is a problem
            response = problems.answer(as_problem(error))
        response = _unchanged(request, response)
        for name, value in headers.items():
            response[name] = value
        return response

    gate.allowed = CLIENTS  # type: ignore[attr-defined]
    return gate


def as_problem(error: Exception) -> ProblemError:
    """What a client is told of an error; an error of ours is logged by its kind and place, never with its text."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, RequestDataTooBig):
        return ProblemError("too-large")
    if database_lost(error):
        return ProblemError("unavailable")
    log.error("An operation of the API failed.", exc_info=error)  # kind and frames alone (site.logs)
    return ProblemError("failed")


def _unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 where the client holds what would be sent already; what may be kept may be kept by the client alone."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        response["Cache-Control"] = "no-store"
        return response
    tag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    # compared weakly (RFC 9110, section 13.1.2): a proxy that compresses an answer makes its tag weak
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or "*" in known:
        response = HttpResponseNotModified()
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def _caller(request: HttpRequest) -> Caller:
    try:
        caller = caller_of(request)
    except ValueError:
        raise ProblemError("not-allowed", worded("This client system has no region yet.")) from None
    if caller is None:
        raise ProblemError("no-token")
    return caller


def _check_form(request: HttpRequest) -> None:
    if request.method in SAFE:
        return
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise ProblemError("bad-request", worded("Content-Length is no number.")) from None
    if length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        raise ProblemError("too-large")
    if length and request.content_type != "application/json":
        raise ProblemError("wrong-type")


def _in_scope(request: ClientRequest, caller: Caller, call: Callable[[], HttpResponse]) -> HttpResponse:
    request.caller = caller
    with within(caller.region):
        writes = request.method not in SAFE and not request.path.endswith(SEARCH)
        response = once(request, caller, timezone.now(), call) if writes else call()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response
