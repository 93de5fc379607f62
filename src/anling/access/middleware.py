"""From the signed-in user to the doer, and from the doer to the rows of their region: one transaction per request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import ROLES, Role
from anling.audit.scope import within
from anling.audit.values import Actor, Permit

SESSION_KEY = "permit"
"""Under which of several permits an officer works, by its name: places in a list move when a grant ends."""
_READING = ("GET", "HEAD", "OPTIONS")


class ScopeMiddleware:
    """Wraps view, rendering and everything between in one transaction under the region scope of the officer.

    Officers without a region (the three administrators) get the transaction without a scope: no row of anybody.
    An exception in the view undoes everything that the view has written. No answer to an officer is kept by a browser
    or a proxy: after signing out the machine holds nobody's rows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the scope, if there is somebody who has one."""
        if not isinstance(request.user, Officer):
            return self._get_response(request)
        with transaction.atomic():
            actor = actor_of(request.user, timezone.localdate())
            if (lost := _lost(request, actor)) is not None:
                return _told(request, lost)
            permit = chosen(request, actor)
            request.actor, request.permit = actor, permit  # type: ignore[attr-defined]
            if permit is None or permit.scope is None:
                return self._answer(request)
            with within(permit.scope):
                return self._answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Whatever the view wrote before it failed must not stay; other layers may still answer with a page."""
        del exception
        request.view_failed = True  # type: ignore[attr-defined]

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if response.status_code >= 500 or hasattr(request, "view_failed"):
            transaction.set_rollback(True)
        response["Cache-Control"] = "no-store"
        return response


def name_of(permit: Permit) -> str:
    """Role and region as one word, such as 'clerk:4401'; an administrator's ends with the colon."""
    return f"{permit.role}:{permit.scope or ''}"


def chosen(request: HttpRequest, actor: Actor) -> Permit | None:
    """The permit under which the officer works now; the first one until they choose another."""
    kept = request.session.get(SESSION_KEY)
    found = next((permit for permit in actor.permits if name_of(permit) == kept), None)
    if found is None and actor.permits:
        found = actor.permits[0]
        request.session[SESSION_KEY] = name_of(found)
    return found


def _lost(request: HttpRequest, actor: Actor) -> str | None:
    """The permit under which the officer has worked until now, where it has ended since."""
    kept = request.session.get(SESSION_KEY)
    held = {name_of(permit) for permit in actor.permits}
    return kept if isinstance(kept, str) and kept not in held else None


def _told(request: HttpRequest, lost: str) -> HttpResponse:
    """Once, instead of the page that was asked for: nobody goes on under another role without having been told."""
    del request.session[SESSION_KEY]
    role, _, region = lost.partition(":")
    words = {"role": ROLES[Role(role)] if role in ROLES else role, "region": region}
    if region:
        said = gettext("You are no longer %(role)s in region %(region)s; the page shows as whom you work now.") % words
    else:
        said = gettext("You are no longer %(role)s; the page shows as whom you work now.") % words
    if request.method not in _READING:
        undone = gettext("What you sent was not carried out.")
        said = f"{said} {undone}"
    messages.warning(request, said)
    response = HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    response["Cache-Control"] = "no-store"
    return response
