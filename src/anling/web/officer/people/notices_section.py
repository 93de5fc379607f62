"""The part of a person's page that tells what they were told, and whether it arrived."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from anling.notices import queries

TEMPLATE = "officer/people/notices.html"


def told(request: HttpRequest, person: Any) -> tuple[str, dict[str, Any]]:
    """The section of a person (roster.queries): its template and variables, within the scope of the request."""
    del request
    return TEMPLATE, {"notices": queries.of_person(person.pk)}
