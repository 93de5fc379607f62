"""From the signed-in user to the doer, and from the doer to the rows of their region: one transaction per request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.audit.scope import within
from anling.audit.values import Actor, Permit

SESSION_KEY = "permit"
"""Which of several permits an officer has chosen to work under: its place in the list."""


class ScopeMiddleware:
    """Wraps view, rendering and everything between in one transaction under the region scope of the officer.

    Officers without a region (the three administrators) get the transaction without a scope: no row of anybody.
    An exception in the view undoes everything that the view has written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the scope, if there is somebody who has one."""
        if not isinstance(request.user, Officer):
            return self._get_response(request)
        with transaction.atomic():
            actor = actor_of(request.user, timezone.localdate())
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
        return response


def chosen(request: HttpRequest, actor: Actor) -> Permit | None:
    """The permit under which the officer works now; the first one until they choose another."""
    place = request.session.get(SESSION_KEY, 0)
    if not actor.permits:
        return None
    return actor.permits[place if isinstance(place, int) and 0 <= place < len(actor.permits) else 0]
