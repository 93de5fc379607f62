"""The part of a person's page that tells their passes and how the clock of each benefit came to stand where it does."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from anling.access.pages import OfficerRequest
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.comparison.queries.decisions import policy_in_force
from anling.passes import clocks
from anling.passes.telling import steps

TEMPLATE = "officer/people/passes.html"


def passes(request: HttpRequest, person: Any) -> tuple[str, dict[str, Any]]:
    """The section of a person (roster.queries): its template and variables, within the scope of the request."""
    now, benefits = timezone.now(), list(person.benefits.all())
    stands = clocks.stands(benefits, policy_in_force(), on=timezone.localdate(now), cutoff=now)
    return TEMPLATE, {
        "clocks": [
            {"benefit": benefit, "stand": each, "steps": list(steps(each))}
            for benefit, each in zip(benefits, stands, strict=True)
        ],
        "revokes": may(cast("OfficerRequest", request).actor, Act.REVOKE_PASS, current().prefix),
    }
