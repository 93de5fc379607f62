"""The part of a person's page that tells of their cases and appeals."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.casework import queries
from anling.comparison.queries.regions import region_names
from anling.web.officer.casework.cases import row


def cases(request: HttpRequest, person: Any) -> tuple[str, dict[str, Any]]:
    """The section of a person (roster.queries): its template and variables, within the scope of the request."""
    actor = request.actor  # type: ignore[attr-defined]
    here = current().prefix
    today, found = timezone.localdate(), queries.cases_of(person.pk)
    names = region_names({each.region for each in found})
    return "officer/people/cases.html", {
        "rows": [row(each, today, names) for each in found],
        "person_id": person.pk,
        "works": may(actor, Act.WORK_CASES, here),
        "opens": may(actor, Act.WORK_CASES, here) or may(actor, Act.APPROVE_FINDINGS, here),
    }
