"""Every page says who may call it; one that does not say so cannot be called (tests/guards hold every URL to it)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from anling.access.errors import NotAllowedError
from anling.access.permissions import may, may_here
from anling.access.roles import Act
from anling.audit.values import Actor, Permit, Scope
from anling.audit.wording import worded

View = Callable[..., HttpResponseBase]
ANYBODY = "anybody"
SIGNED_IN = "signed_in"


class OfficerRequest(HttpRequest):
    """A request of somebody who has signed in: the middleware has put the doer beside the user."""

    actor: Actor
    permit: Permit | None


def allow(*acts: Act) -> Callable[[View], View]:
    """The page is for officers who may do one of the acts in the region they have chosen; without acts, for all.

    A permit counts in its own region alone: whoever may export one city and look at the province takes nothing of the
    province out.
    """

    def declared(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if acts and not any(may_here(actor, act, here_of(request)) for act in acts):
                raise NotAllowedError(_refusal(actor, acts))
            return view(cast("OfficerRequest", request), *args, **kwargs)

        guarded.allowed = tuple(acts) or SIGNED_IN  # type: ignore[attr-defined]
        return guarded

    return declared


def here_of(request: HttpRequest) -> Scope | None:
    """The region of the permit under which the officer works now; None under one that has no region."""
    permit = getattr(request, "permit", None)
    return permit.scope if permit else None


def _refusal(actor: Actor, acts: tuple[Act, ...]) -> str:
    if any(may(actor, act) for act in acts):
        return worded("%(name)s may not open this page in this role; choose another at the top.", name=actor.label)
    return worded("%(name)s may not open this page.", name=actor.label)


def open_to_all(view: View) -> View:
    """The page shows nothing of people and asks for no account."""
    view.allowed = ANYBODY  # type: ignore[attr-defined]
    return view
