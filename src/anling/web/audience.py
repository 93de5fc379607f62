"""What the start pages of outlet operators, unit contacts and visitors share: who somebody is here, and until when."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone

from anling.access import queries
from anling.access.pages import OfficerRequest
from anling.access.roles import Role
from anling.territory.queries import names_of

MOST = 50
"""Places that a start page names."""


def who(request: OfficerRequest, role: Role) -> dict[str, Any]:
    """The grants of that role that hold today, with the names of their regions."""
    held = queries.grants_on(cast("Any", request.user), timezone.localdate())
    grants = [grant for grant in held if grant.role == role]
    names = names_of(grant.region for grant in grants)
    return {"grants": [{"region": names.get(grant.region, grant.region), "until": grant.valid_to} for grant in grants]}
