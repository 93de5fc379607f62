"""Writing the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from anling.audit.errors import AuditError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.values import Actor


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act was done to. type: the model's name in lower case; key: its lasting key; region: its code or ''."""

    type: str
    key: str
    region: str = ""


def record(
    kind: Kind,
    *,
    by: Actor,
    at: datetime,
    on: Subject | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    policy_version: str = "",
    rows: int | None = None,
    content_hash: str = "",
) -> Entry:
    """Add one entry in the running transaction, so that an act without its entry, or the reverse, cannot be.

    before, after: the fields that changed, as JSON values; never a whole number of a person where a mask will do.
    A bulk act is one entry with `rows` and `content_hash`. Raises AuditError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise AuditError(f"{kind.value} was to be recorded outside a transaction")
    on = on or Subject("", "")
    return Entry.objects.create(
        at=at, kind=kind, doer=by.key, doer_label=by.label, region=on.region, object_type=on.type, object_key=on.key,
        before=before and dict(before), after=after and dict(after), reason=reason, policy_version=policy_version,
        rows=rows, content_hash=content_hash,
    )  # fmt: skip
