"""What every page has around its content: who works here, for which region, and where they can go."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from anling.access.middleware import name_of
from anling.access.pages import here_of
from anling.audit.values import Actor, Permit
from anling.web.officer.navigation import navigation
from anling.web.permits import permit_names


def frame(request: HttpRequest) -> dict[str, Any]:
    """The template variables of the frame; `actor` is None for somebody who has not signed in.

    What has to be looked up is looked up by the template that shows it: parts of a page are rendered without it.
    """
    actor, permit = getattr(request, "actor", None), getattr(request, "permit", None)
    variables = {"actor": actor, "permit": permit, "demo": settings.DEMO}
    if actor is None:
        return variables
    permits = cache(lambda: choices(actor, permit))
    match = request.resolver_match
    name = (match.url_name or "") if match and "office" in match.namespaces else ""
    return {
        **variables,
        "navigation": lambda: navigation(actor, here_of(request), name),
        "permits": permits,
        "permit_name": lambda: next((choice["name"] for choice in permits() if choice["chosen"]), ""),
        "help_url": reverse("office:help", args=[name]) if name not in ("", "help") else "",
    }


def choices(actor: Actor, chosen: Permit | None) -> list[dict[str, Any]]:
    """The permits between which the officer may switch, in the order of the actor's."""
    names = permit_names(actor.permits)
    return [
        {"name": name, "word": name_of(permit), "chosen": permit is chosen}
        for name, permit in zip(names, actor.permits, strict=True)
    ]
