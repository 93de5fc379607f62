"""The officer's first screen: what should I do now?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from anling.access.middleware import SESSION_KEY, name_of
from anling.access.pages import OfficerRequest, allow, here_of
from anling.audit.values import Actor
from anling.web.officer.navigation import SCREENS, may_open, navigation
from anling.web.permits import permit_name


@dataclass(frozen=True)
class Waiting:
    """Work that waits: title, how many pieces, where it is done."""

    title: str
    count: int
    url: str


Asking = Callable[[Actor], list[Waiting]]
"""Asked under the scope of the request; answers only with what the actor may do, and with counts above nought."""

ASKED: list[Asking] = []
"""Whoever has work for officers adds a function here, in the order in which it should be done."""


@allow()
def home(request: OfficerRequest) -> HttpResponse:
    """Work that waits for this officer, and the way to their screens."""
    here = here_of(request)
    screens = {str(screen.title): screen for group in SCREENS for screen in group.screens if screen.name != "home"}
    entries = [entry for group in navigation(request.actor, here) for entry in group["entries"]]
    variables: dict[str, Any] = {
        "waiting": [item for ask in ASKED for item in ask(request.actor)],
        "ways": [{**e, "purpose": screens[str(e["title"])].purpose} for e in entries if str(e["title"]) in screens],
        "opens_something": any(may_open(request.actor, here, screen) for screen in screens.values()),
    }
    return render(request, "officer/home.html", variables)


@allow()
@require_POST
def permit(request: OfficerRequest) -> HttpResponse:
    """Work under another of one's permits from now on; the choice is kept in the session."""
    asked = request.POST.get("permit", "")
    found = next((permit for permit in request.actor.permits if name_of(permit) == asked), None)
    if found:
        request.session[SESSION_KEY] = asked
        messages.success(request, gettext("You now work as: %s.") % permit_name(found))
    else:
        messages.error(request, gettext("You no longer have this role; choose one from the list."))
    return HttpResponseRedirect(reverse("office:home"))


@allow()
def without_slash(request: OfficerRequest, address: str) -> HttpResponse:
    """Addresses of officers end without a slash; one typed or kept with it leads on, where it leads anywhere."""
    del address
    plain = request.path.rstrip("/")
    if not is_valid_path(plain):
        raise Http404  # Django has put the slash on in search of a page: leading back would go round for ever
    asked = request.META.get("QUERY_STRING", "")
    to = plain + (f"?{asked}" if asked else "")
    return HttpResponsePermanentRedirect(to, preserve_request=True)
