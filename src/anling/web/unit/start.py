"""Who answers for a unit here, and the units of their region."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act, Role
from anling.territory import queries
from anling.web.audience import MOST, who


@allow(Act.ANSWER_PACKAGES)
def start(request: OfficerRequest) -> HttpResponse:
    """Who answers for a unit here, and the units of their region."""
    values = who(request, Role.UNIT_CONTACT)
    prefix = request.permit.scope.prefix if request.permit and request.permit.scope else ""
    values["units"] = list(queries.units(prefix).select_related("region")[:MOST])
    return render(request, "unit/start.html", values)
