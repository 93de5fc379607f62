"""Every page says who may call it; one that does not say so cannot be called (tests/guards hold every URL to it)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from anling.access.errors import NotAllowedError
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.values import Actor, Permit
from anling.audit.wording import worded

View = Callable[..., HttpResponseBase]
ANYBODY = "anybody"
SIGNED_IN = "signed_in"


class OfficerRequest(HttpRequest):
    """A request of somebody who has signed in: the middleware has put the doer beside the user."""

    actor: Actor
    permit: Permit | None


def allow(*acts: Act) -> Callable[[View], View]:
    """The page is for officers who may do one of the acts; without acts, for every officer who has signed in."""

    def declared(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if acts and not any(may(actor, act) for act in acts):
                raise NotAllowedError(worded("%(name)s may not open this page.", name=actor.label))
            return view(cast("OfficerRequest", request), *args, **kwargs)

        guarded.allowed = tuple(acts) or SIGNED_IN  # type: ignore[attr-defined]
        return guarded

    return declared


def open_to_all(view: View) -> View:
    """The page shows nothing of people and asks for no account."""
    view.allowed = ANYBODY  # type: ignore[attr-defined]
    return view
