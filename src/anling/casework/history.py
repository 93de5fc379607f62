"""Lines of a case's history, and how an act takes hold of a case so that two officers do not undo each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from anling.audit import scope
from anling.audit.operations import Subject
from anling.audit.values import Actor, ActorKind
from anling.casework.errors import CaseError, TakenError
from anling.casework.models import Case, CaseEvent, CaseState

OPENING = "casework:open"
"""Name of the lock that whoever opens cases holds: one at a time adopts a run, and nobody opens one meanwhile."""


def lock(name: str, *, shared: bool = False) -> None:
    """Hold a named lock until the end of the transaction."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])


def held(case: int, version: int | None = None) -> Case:
    """The case, locked until the end of the transaction. version: that which the officer saw, where it matters.

    Raises CaseError where the scope has none; TakenError where somebody changed it since, with what they did.
    """
    scope.current()
    found = Case.objects.select_for_update().filter(pk=case).first()
    if found is None:
        raise CaseError(gettext("There is no such case in your region."))
    if version is not None and found.version != version:
        raise _changed(found)
    return found


def at_work(case: Case, by: Actor) -> None:
    """The doer works on the case: it becomes theirs where it was nobody's. Raises TakenError where it is another's."""
    if case.state == CaseState.CLOSED:
        raise CaseError(gettext("The case is closed; only an appeal opens it again."))
    if case.state == CaseState.FOUND:
        raise CaseError(gettext("A finding waits for a second officer; until then the case stays as it is."))
    if case.assignee and case.assignee != by.key:
        raise TakenError(
            gettext("%(officer)s works on this case; ask for it to be handed over.") % {"officer": case.assignee_label}
        )
    case.assignee, case.assignee_label = by.key, by.label
    case.state = CaseState.IN_WORK if case.state == CaseState.OPEN else case.state


def saved(case: Case) -> Case:
    """Keep what an act changed, under the next version."""
    case.version += 1
    case.save()
    return case


def told(case: Case, what: str, *, by: Actor, at: datetime, note: str = "", **details: Any) -> CaseEvent:
    """Add a line to the history."""
    return CaseEvent.objects.create(
        case=case, region=case.region, what=what, details=details, note=note, at=at, doer_label=by.label
    )


def person_of_flesh(by: Actor) -> None:
    """A machine drafts; people sign and approve (platform.md). Raises CaseError."""
    if by.kind != ActorKind.OFFICER:
        raise CaseError(gettext("Only an officer, by name, may do this."))


def subject(case: Case) -> Subject:
    """The case as an entry of the trail names it."""
    return Subject("case", str(case.pk), case.region)


def _changed(case: Case) -> TakenError:
    last = CaseEvent.objects.filter(case=case).order_by("-id").first()
    if last is None:
        return TakenError(gettext("The case changed meanwhile; read the page again."))
    said = gettext("%(officer)s changed the case meanwhile, at %(when)s; read the page again.") % {
        "officer": last.doer_label, "when": f"{timezone.localtime(last.at):%H:%M}",
    }  # fmt: skip
    return TakenError(said, last.what, last.details)
