"""Lists of people leave the house: each time an act that is allowed in a region, and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import current
from anling.audit.values import Actor


@transaction.atomic
def note_officers_taken_out(
    *, what: str, filters: Mapping[str, str], rows: int, content_hash: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """As `note_taken_out`, of a list of officers: for those who administer them, who have no region."""
    require(by, Act.ADMINISTER_ACCESS)
    record(
        Kind.LIST_EXPORTED, by=by, at=at, on=Subject(what, "", ""), after=filters, rows=rows,
        content_hash=content_hash,
    )  # fmt: skip


@transaction.atomic
def note_taken_out(
    *, what: str, filters: Mapping[str, str], rows: int, content_hash: str, by: Actor, at: datetime, key: str = ""
) -> None:  # fmt: skip
    """Record that a filtered list of the region was taken out as a file, with its SHA-256. Raises NotAllowedError.

    what: of what it is a list, or to what it belongs; key: to which one of those; filters: what narrows it, with nobody
    named in them.
    """
    region = current().prefix
    require(by, Act.EXPORT_LISTS, region)
    record(
        Kind.LIST_EXPORTED, by=by, at=at, on=Subject(what, key, region), after=filters, rows=rows,
        content_hash=content_hash,
    )  # fmt: skip
