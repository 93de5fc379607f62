"""The first page: where to go from here; and the language in which everything is said."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.i18n import set_language

from anling.access import operations
from anling.access.pages import open_to_all
from anling.access.roles import Role

ROOTS = {Role.OUTLET_OPERATOR: "outlet:start", Role.UNIT_CONTACT: "unit:start", Role.VISITOR: "visit:start"}
"""Roles whose pages are not the office's."""


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """Whoever comes sees the way to their own pages; who works at a counter, in a unit or on a round is led there."""
    actor = getattr(request, "actor", None)
    roles = {permit.role for permit in actor.permits} if actor else set()
    if roles and roles <= set(ROOTS):
        permit = getattr(request, "permit", None)
        return redirect(ROOTS[Role(permit.role if permit else sorted(roles)[0])])
    return render(request, "start.html", {"sees": bool(roles - set(ROOTS))})


@open_to_all
def language(request: HttpRequest) -> HttpResponseBase:
    """Say everything in another language from now on, and go back to where one was.

    An officer's choice is kept with the officer, wherever they sign in; a stranger's in a cookie.
    """
    asked, actor, user = request.POST.get("language", ""), getattr(request, "actor", None), request.user
    if request.method == "POST" and actor and user.is_authenticated and asked in dict(settings.LANGUAGES):
        operations.choose_language(officer=user, language=asked, by=actor, at=timezone.now())
    return set_language(request)
