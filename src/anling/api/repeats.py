"""Idempotency keys: a write that is sent twice happens once, and both get the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest, HttpResponse

from anling.access.callers import Caller
from anling.api.models import Answer
from anling.api.problems import ProblemError
from anling.audit.scope import province, within
from anling.audit.wording import worded

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(hours=48)
LONGEST = 255
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


def once(request: HttpRequest, caller: Caller, at: datetime, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it, or give the answer it had; in the transaction of the act, so that neither stands without the other.

    Answers with an error are not kept: their acts were undone, and the same key may try again. Raises ProblemError for
    a missing key, a key whose request is in work at this moment, or one used for another request.
    """
    key, fingerprint = _key(request), _fingerprint(request)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{caller.actor.key} {key}"])
        (free,) = cursor.fetchone()
    if not free:
        raise ProblemError("conflict", worded("A request with this %(header)s is in work.", header=HEADER))
    if known := _known(caller, key, at):
        return _again(known, fingerprint, caller)
    response = do()
    if response.status_code < 400:
        Answer.objects.create(
            client=caller.actor.key, key=key, request=fingerprint, region=caller.region.prefix,
            status=response.status_code, body=response.content, at=at,
        )  # fmt: skip
    return response


def forget(before: datetime) -> int:
    """Remove answers given before that time in the scope of the transaction; returns how many."""
    removed, _ = Answer.objects.filter(at__lte=before).delete()
    return removed


def _key(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "").strip()
    if not key or len(key) > LONGEST:
        raise ProblemError(
            "bad-request",
            worded(
                "A write needs the header %(header)s: 1 to %(most)s characters of your own.",
                header=HEADER,
                most=LONGEST,
            ),
        )
    return hashlib.sha256(key.encode()).hexdigest()


def _fingerprint(request: HttpRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(told + request.body).hexdigest()


def _known(caller: Caller, key: str, at: datetime) -> Answer | None:
    """What this key was answered, in whatever region the client was then; an answer that is too old is removed."""
    with within(province()):
        found = Answer.objects.filter(client=caller.actor.key, key=key)
        found.filter(at__lte=at - KEPT).delete()
        return found.first()


def _again(known: Answer, fingerprint: str, caller: Caller) -> HttpResponse:
    if not caller.region.contains(known.region):  # it tells of people whom the client may not see any more
        raise ProblemError(
            "key-used", worded("This %(header)s was used when the client had another region.", header=HEADER)
        )
    if known.request != fingerprint:
        raise ProblemError(
            "key-used", worded("This %(header)s belongs to a request with another content.", header=HEADER)
        )
    response = HttpResponse(bytes(known.body), status=known.status, content_type="application/json; charset=utf-8")
    response[REPLAYED] = "true"
    return response
