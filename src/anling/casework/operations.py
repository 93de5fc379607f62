"""Taking cases, handing them on, and recording what was tried: each in one transaction with its entry in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.errors import NotAllowedError
from anling.access.permissions import may, require
from anling.access.queries import actor_by_key
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.casework.due import due_of_case
from anling.casework.errors import CaseError
from anling.casework.history import OPENING, at_work, held, lock, saved, subject, told
from anling.casework.models import Attempt, Case, CaseKind, CaseState
from anling.casework.queries.wanted import Wanted
from anling.roster.models import Benefit, PayStatus

MOVABLE = (CaseState.OPEN, CaseState.IN_WORK, CaseState.RETURNED)
"""States in which a case can change hands."""
_EVENTS = """
INSERT INTO casework_caseevent (case_id, region, what, details, note, at, doer_label)
SELECT id, region, 'assigned', jsonb_build_object('to', %(to)s::text), %(note)s, %(at)s, %(label)s
FROM casework_case WHERE id = ANY(%(keys)s)
"""


@transaction.atomic
def open_case(*, person: int, region: str, kind: CaseKind, note: str, by: Actor, at: datetime) -> Case:
    """A case that no run opened: somebody reports something, or nothing is known to count from.

    region: the paying region. Raises CaseError where the person has an open case there or no benefit; NotAllowedError.
    """
    require(by, Act.WORK_CASES, region)
    if kind not in (CaseKind.REPORT, CaseKind.NO_BASE):
        raise CaseError(gettext("Such a case is opened by a comparison or an appeal."))
    if not note.strip():
        raise CaseError(gettext("Say what was reported."), "note")
    case = new_case(person=person, region=region, kind=kind, by=by, at=at, note=note.strip())
    record(Kind.CASE_OPENED, by=by, at=at, on=subject(case), after={"kind": kind}, reason=note.strip()[:500])
    return case


def new_case(*, person: int, region: str, kind: CaseKind, by: Actor, at: datetime, note: str) -> Case:
    """The row and the first line of a case, without permission and entry: those of the act that brings it."""
    scope.current()
    lock(OPENING, shared=True)
    lock(f"casework:person:{person}")
    if Case.objects.filter(person=person, region=region).exclude(state=CaseState.CLOSED).exists():
        raise CaseError(gettext("This person has an open case already; go on with that one."))
    benefits = list(Benefit.objects.filter(person=person, region=region).order_by("pk"))
    if not benefits:
        raise CaseError(gettext("Nobody is paid under this record in your region."))
    first = benefits[0]
    due = due_of_case(first.scheme, region, timezone.localdate(at))
    in_pay = any(each.pay_status == PayStatus.PAYING for each in benefits)
    case = Case.objects.create(
        person_id=person, region=region, unit=first.unit, benefits=[each.pk for each in benefits], kind=kind,
        opened_at=at, due=due.day, due_estimated=due.estimated, priority=2 if in_pay else 3,
    )  # fmt: skip
    told(case, "opened", by=by, at=at, note=note, kind=kind)
    return case


@transaction.atomic
def take(*, case: int, version: int, by: Actor, at: datetime) -> Case:
    """Begin to work on a case that is nobody's, or one's own. Raises CaseError, TakenError, NotAllowedError."""
    found = held(case, version)
    require(by, Act.WORK_CASES, found.region)
    at_work(found, by)
    saved(found)
    told(found, "taken", by=by, at=at)
    record(Kind.CASE_ASSIGNED, by=by, at=at, on=subject(found), after={"assignee": by.key})
    return found


@transaction.atomic
def release(*, case: int, version: int, note: str, by: Actor, at: datetime) -> Case:
    """Give a case back, so that it is nobody's; what was done stays. Raises CaseError, TakenError, NotAllowedError."""
    found = held(case, version)
    require(by, Act.WORK_CASES, found.region)
    if found.state not in MOVABLE or found.assignee != by.key:
        raise CaseError(gettext("Only a case that is in your own hands can be given back."))
    before = found.assignee
    found.assignee = found.assignee_label = ""
    found.state = CaseState.RETURNED if found.state == CaseState.RETURNED else CaseState.OPEN
    saved(found)
    told(found, "released", by=by, at=at, note=note)
    record(Kind.CASE_RELEASED, by=by, at=at, on=subject(found), before={"assignee": before}, reason=note[:500])
    return found


@transaction.atomic
def assign(*, case: int, version: int, to: str, note: str, by: Actor, at: datetime) -> Case:
    """Give a case to an officer, or hand one's own over. to: the officer's key, who must be allowed to work there.

    A case that nobody had begun stays so until they begin. Raises CaseError, TakenError, NotAllowedError.
    """
    found = held(case, version)
    require(by, Act.WORK_CASES, found.region)
    if found.state not in MOVABLE:
        raise CaseError(gettext("The case is closed or waits for a second officer; it cannot change hands now."))
    officer = _worker(to, found.region, at)
    before, own = found.assignee, found.assignee == by.key
    found.assignee, found.assignee_label = officer.key, officer.label
    saved(found)
    told(found, "handed_over" if own else "assigned", by=by, at=at, note=note, to=officer.label)
    record(
        Kind.CASE_ASSIGNED, by=by, at=at, on=subject(found), before={"assignee": before},
        after={"assignee": officer.key}, reason=note[:500],
    )  # fmt: skip
    return found


@transaction.atomic
def assign_many(*, wanted: Wanted, keys: list[int] | None, to: str, note: str, by: Actor, at: datetime) -> int:
    """Give the cases of a filter (a village, a unit, …) to an officer, all of them or those named; how many it was.

    Cases that cannot change hands are left out; one entry with their number and a hash. Raises CaseError for none.
    """
    within = scope.current()
    require(by, Act.WORK_CASES, wanted.prefix)
    officer = _worker(to, wanted.prefix, at)
    chosen = wanted.found(timezone.localdate(at), by.key).filter(state__in=MOVABLE)
    if keys is not None:
        chosen = chosen.filter(pk__in=keys)
    locked = sorted(Case.objects.select_for_update().filter(pk__in=chosen.values("pk")).values_list("pk", flat=True))
    if not locked:
        raise CaseError(gettext("None of these cases can change hands; choose others."))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET assignee = %s, assignee_label = %s, version = version + 1 WHERE id = ANY(%s)",
            [officer.key, officer.label, locked],
        )
        cursor.execute(_EVENTS, {"to": officer.label, "note": note, "at": at, "label": by.label, "keys": locked})
    record(
        Kind.CASE_ASSIGNED, by=by, at=at, on=Subject("cases", str(wanted.told() or "chosen")[:80], within.prefix),
        after={"assignee": officer.key, **wanted.told()}, reason=note[:500], rows=len(locked),
        content_hash=sha256(" ".join(map(str, locked)).encode()).hexdigest(),
    )  # fmt: skip
    return len(locked)


@dataclass(frozen=True, slots=True)
class Tried:
    """How somebody tried to reach a person, and what came of it. at: when it was tried."""

    way: Attempt.Way
    result: Attempt.Result
    at: datetime
    note: str = ""


@transaction.atomic
def record_attempt(
    *, person: int, region: str, tried: Tried, by: Actor, at: datetime, case: int | None = None
) -> Attempt:
    """A contact attempt, with or without a case: before a stop it stands in for a warning that cannot be delivered.

    On a case that is nobody's it begins the work. Anybody allowed may record one, also on another's case.
    Raises CaseError for a time to come, or where the case is not that person's; NotAllowedError.
    """
    require(by, Act.WORK_CASES, region)
    if tried.at > at:
        raise CaseError(gettext("An attempt cannot lie in the future."), "at")
    if not Benefit.objects.filter(person=person, region=region).exists():
        raise CaseError(gettext("Nobody is paid under this record in your region."))
    found = held(case) if case else None
    if found and (found.person_id, found.region) != (person, region):
        raise CaseError(gettext("The case is another person's."))
    made = Attempt.objects.create(
        person_id=person, region=region, case=found, way=tried.way, result=tried.result, note=tried.note, at=tried.at,
        recorded_at=at, doer=by.key, doer_label=by.label,
    )  # fmt: skip
    if found:
        found.tries += 1
        if found.state == CaseState.OPEN and found.assignee in ("", by.key):
            at_work(found, by)
        saved(found)
        told(found, "attempt", by=by, at=at, note=tried.note, way=tried.way, result=tried.result)
    on = subject(found) if found else Subject("person", str(person), region)
    after: dict[str, Any] = {"way": tried.way, "result": tried.result, "attempt": made.pk}
    record(Kind.ATTEMPT_RECORDED, by=by, at=at, on=on, after=after)
    return made


def _worker(key: str, region: str, at: datetime) -> Actor:
    try:
        officer = actor_by_key(key, timezone.localdate(at))
    except (NotAllowedError, ValueError):
        raise CaseError(gettext("Choose an officer who is at work."), "to") from None
    if not may(officer, Act.WORK_CASES, region):
        raise CaseError(
            gettext("%(officer)s may not work on cases of region %(region)s; choose another officer.")
            % {"officer": officer.label, "region": region},
            "to",
        )
    return officer
