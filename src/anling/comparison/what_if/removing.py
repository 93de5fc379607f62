"""What-ifs that nobody needs any more go: deleted by whoever asked, or cleared once they are old. The trail keeps them.

With the question go its scratch policy, its counts and its people.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.scope import within
from anling.audit.values import Actor, Scope, machine
from anling.audit.wording import worded
from anling.comparison.errors import RunError
from anling.comparison.models import State, WhatIf
from anling.comparison.what_if.asking import folder_of, subject

CLEARER = machine("comparison")
EXPIRED = "expired"
_ENDED = (State.DONE, State.FAILED, State.CANCELLED)


def delete_what_if(*, what_if: WhatIf, by: Actor, at: datetime) -> None:
    """One's own what-if goes. Raises NotAllowedError; RunError for another's, and while it waits or is at work."""
    require(by, Act.RUN_COMPARISON, what_if.region)
    if what_if.asked_by != by.key:
        raise RunError(worded("Only whoever asked a what-if deletes it; it is cleared by itself in the end."))
    with within(Scope(what_if.region)):
        locked = WhatIf.objects.select_for_update().filter(pk=what_if.pk).first()
        if locked is None:
            raise RunError(worded("The what-if has been deleted already."))
        if not locked.final:
            raise RunError(worded("The what-if has not ended; cancel it first."))
        _remove(locked, "", by, at)


def clear_what_ifs(*, region: str, days: int, at: datetime) -> int:
    """Those that ended more than so many days ago go; how many. Each by itself, so that a kill leaves none half."""
    before = at - timedelta(days=days)
    with within(Scope(region)):
        old = list(WhatIf.objects.filter(state__in=_ENDED, finished_at__lt=before).order_by("pk").values_list("pk"))
    cleared = 0
    for (key,) in old:
        with within(Scope(region)):
            found = WhatIf.objects.select_for_update(skip_locked=True).filter(pk=key).first()
            if found is not None:
                _remove(found, EXPIRED, CLEARER, at)
                cleared += 1
    return cleared


def _remove(what_if: WhatIf, reason: str, by: Actor, at: datetime) -> None:
    """In the running transaction, of a row that is locked."""
    on, folder = subject(what_if), folder_of(what_if)
    before = {
        "state": what_if.state, "scratch": what_if.scratch_version, "changes": what_if.changes, "run": what_if.run_id,
        "asked_by": what_if.asked_by,
    }  # fmt: skip
    what_if.delete()
    record(
        Kind.WHAT_IF_DELETED, by=by, at=at, on=on, reason=reason, before=before, policy_version=what_if.policy_version,
        content_hash=what_if.content_hash,
    )  # fmt: skip
    transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))
