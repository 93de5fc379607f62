"""Who works at the counter here, and the counters of their region."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act, Role
from anling.territory import queries
from anling.web.audience import MOST, who


@allow(Act.SERVE_COUNTER)
def start(request: OfficerRequest) -> HttpResponse:
    """Who works at the counter here, and the counters of their region."""
    values = who(request, Role.OUTLET_OPERATOR)
    prefix = request.permit.scope.prefix if request.permit and request.permit.scope else ""
    values["outlets"] = list(queries.outlets(prefix, day=timezone.localdate()).select_related("region")[:MOST])
    return render(request, "outlet/start.html", values)
