"""The people behind a figure: a supervisor sees them for a logged reason (platform.md, "Who may do what")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anling.access.errors import AccessError
from anling.access.permissions import require
from anling.access.revealing import LONGEST
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import current
from anling.audit.values import Actor


@transaction.atomic
def look_behind(*, page: str, filters: Mapping[str, str], reason: str, by: Actor, at: datetime) -> str:
    """Record that people were looked at, in which region and by which filters; returns the reason as it is recorded.

    page: name of the address that shows them; filters: what narrows it, with nobody named in them. Raises AccessError
    without a reason, NotAllowedError.
    """
    reason = reason.strip()
    if not 4 <= len(reason) <= LONGEST:
        raise AccessError(gettext("Say why you need it, in 4 to 200 characters; it is recorded."), "reason")
    region = current().prefix
    require(by, Act.LOOK_BEHIND, region)
    record(
        Kind.PEOPLE_LOOKED_AT, by=by, at=at, on=Subject("people", "", region), after={"page": page, **filters},
        reason=reason,
    )  # fmt: skip
    return reason
