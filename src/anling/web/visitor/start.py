"""Who visits people here, and the agencies that send them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act, Role
from anling.territory import queries
from anling.web.audience import MOST, who


@allow(Act.MAKE_VISITS)
def start(request: OfficerRequest) -> HttpResponse:
    """Who visits people here, and the agencies that send them."""
    values = who(request, Role.VISITOR)
    prefix = request.permit.scope.prefix if request.permit and request.permit.scope else ""
    values["agencies"] = list(queries.agencies(prefix).select_related("region")[:MOST])
    return render(request, "visitor/start.html", values)
