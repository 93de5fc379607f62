"""How much may be sent: little to any page, a file of stated size to the pages that take one, from officers who may."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from anling.access.callers import CLIENTS
from anling.access.pages import View
from anling.access.permissions import may

_BESIDE = 1024 * 1024
"""Bytes of the form around a file."""


def takes(most: int) -> Callable[[View], View]:
    """The page takes files of so many bytes; it stands below `allow`, whose acts it asks for first."""

    def declared(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        return view

    return declared


class BodyLimitMiddleware:
    """Refuses what is too large by what its header says, before anything reads or keeps it; the last one in the row.

    A body without a length (chunked) would be read as an empty one, so it is refused, too. The API does it in its own
    form (api.gate).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say in one sentence how much may be sent."""
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return render(request, "411.html", status=411)
        said = str(request.META.get("CONTENT_LENGTH") or "0")
        most = _most(request)
        if most is None or (said.isascii() and said.isdigit() and int(said) <= _with_form(most)):
            return self._get_response(request)
        return render(request, "413.html", {"most": most // 1024**2}, status=413)


def _small() -> int:
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def _with_form(most: int) -> int:
    return most if most == _small() else most + _BESIDE


def _most(request: HttpRequest) -> int | None:
    """Bytes that this page takes from this officer; None for the API."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return _small()
    allowed = getattr(view, "allowed", ())
    if allowed == CLIENTS:
        return None
    large, actor = getattr(view, "takes", 0), getattr(request, "actor", None)
    if not large or actor is None or not any(may(actor, act) for act in allowed):
        return _small()
    return int(large)
