"""What every page has around its content: who works here, for which region, and where they can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The template variables of the frame; `actor` is None for somebody who has not signed in."""
    return {
        "actor": getattr(request, "actor", None),
        "permit": getattr(request, "permit", None),
        "demo": settings.DEMO,
    }
