"""Appeals: somebody contests a decision, the case reopens, another officer decides; everything said stays on record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind
from anling.casework.due import due_of_case
from anling.casework.errors import CaseError, TakenError
from anling.casework.findings import last_finding
from anling.casework.history import OPENING, held, lock, person_of_flesh, saved, told
from anling.casework.models import Appeal, Case, CaseKind, CaseState
from anling.casework.operations import new_case
from anling.roster.models import Benefit

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without characters that are taken for one another when read aloud or by hand."""
_CODE = 10


@dataclass(frozen=True, slots=True)
class Contested:
    """What somebody contests. way: how it came; contact: where the answer goes.

    hold: ref of the stop or end of pay that it is about (the payment room's); empty where pay is not stopped.
    form: which form of the recipients' page it was typed into. follows: key of the answered appeal that it comes after.
    """

    way: Appeal.Way
    text: str
    contact: str = ""
    hold: str = ""
    form: str = ""
    follows: int | None = None


@transaction.atomic
def receive(*, person: int, region: str, contested: Contested, by: Actor, at: datetime) -> Appeal:
    """Take an appeal in and reopen the case (or open one); its reference code is told to the person.

    From the recipients' page the doer is the program; every other way needs an officer of the region. Against one stop
    or end there is one open appeal. Raises CaseError, NotAllowedError.
    """
    _may_be_received(person, region, contested, by)
    if Appeal.objects.filter(person=person, region=region, state=Appeal.State.OPEN, hold=contested.hold).exists():
        raise CaseError(
            gettext("An appeal of this person against the same stop is open already; add what is new to its case.")
        )
    case, before = _reopened(person, region, by, at)
    appeal = Appeal.objects.create(
        reference=_reference(), case=case, person_id=person, region=region, way=contested.way,
        text=contested.text.strip(), contact=contested.contact.strip(), at=at, doer=by.key, doer_label=by.label,
        contested=last_finding(case), hold=contested.hold, form=contested.form, follows_id=contested.follows,
    )  # fmt: skip
    told(case, "appeal", by=by, at=at, appeal=appeal.pk, way=contested.way, before=before)
    record(
        Kind.APPEAL_RECEIVED, by=by, at=at, on=_subject(appeal),
        after={"way": contested.way, "case": case.pk, "case_was": before, "hold": contested.hold},
    )  # fmt: skip
    return appeal


@transaction.atomic
def add_again(*, person: int, region: str, contested: Contested, by: Actor, at: datetime) -> Appeal | None:
    """What somebody unknown sends once more belongs to the appeal that is there; None where there is none.

    That is the one of the very same form, answered or not, or the person's open one. Nothing is restored or reopened
    by it. Whoever has the answer may contest anew, by another form. Raises as `receive`.
    """
    _may_be_received(person, region, contested, by)
    known = Appeal.objects.filter(person=person, region=region).order_by("-id")
    same = known.filter(form=contested.form, text=contested.text.strip()).first() if contested.form else None
    found = same or known.filter(state=Appeal.State.OPEN).first()
    if found is None or found.case_id is None:
        return None
    case = held(found.case_id)
    said = "\n".join(text for text in (contested.text.strip(), contested.contact.strip()) if text)
    if contested.text.strip() != found.text and not case.events.filter(what="appeal_again", note=said).exists():
        told(case, "appeal_again", by=by, at=at, note=said, appeal=found.pk, way=contested.way)
        record(Kind.APPEAL_RECEIVED, by=by, at=at, on=_subject(found), after={"way": contested.way, "added": True})
    return found


@transaction.atomic
def decide(*, appeal: int, upheld: bool, answer: str, by: Actor, at: datetime) -> Appeal:
    """Decide an appeal: upheld, and the case stays open for a new finding; dismissed, and it closes as it was.

    Where pay was restored when the appeal came in, the case stays open: only a new finding of two officers stops it.
    Whoever made or approved the contested finding, or took the appeal in, does not decide it. Raises CaseError,
    TakenError, NotAllowedError.
    """
    scope.current()
    seen = Appeal.objects.filter(pk=appeal).first()
    if seen is None or seen.case_id is None:
        raise CaseError(gettext("There is no such appeal in your region."))
    require(by, Act.APPROVE_FINDINGS, seen.region)
    person_of_flesh(by)
    if not answer.strip():
        raise CaseError(gettext("Write the answer that the person gets, with its reasons."), "answer")
    case = held(seen.case_id)
    found = Appeal.objects.select_related("contested").get(pk=appeal)
    if found.state != Appeal.State.OPEN:
        raise TakenError(
            gettext("%(officer)s has decided this appeal already; read the page again.")
            % {"officer": found.ended_label}
        )
    _of_another(found, by)
    found.state = Appeal.State.UPHELD if upheld else Appeal.State.DISMISSED
    found.answer, found.ended_at, found.decider, found.ended_label = answer.strip(), at, by.key, by.label
    found.save(update_fields=["state", "answer", "ended_at", "decider", "ended_label"])
    told(case, "appeal_decided", by=by, at=at, note=answer.strip(), appeal=found.pk, state=found.state)
    if not upheld:
        _closed_again(case, found, by, at)
    record(
        Kind.APPEAL_DECIDED, by=by, at=at, on=_subject(found), reason=answer.strip()[:500],
        after={"state": found.state, "case": case.pk, "case_is": case.state},
    )  # fmt: skip
    return found


def _may_be_received(person: int, region: str, contested: Contested, by: Actor) -> None:
    """Permission and text; from here on nobody else opens a case or appeal of the person."""
    if by.kind != ActorKind.MACHINE or contested.way != Appeal.Way.PAGE:
        require(by, Act.WORK_CASES, region)
    if not contested.text.strip():
        raise CaseError(gettext("Write what is contested, in the person's own words."), "text")
    scope.current()
    lock(OPENING, shared=True)
    lock(f"casework:person:{person}")


def _reopened(person: int, region: str, by: Actor, at: datetime) -> tuple[Case, str]:
    """The person's case, at work or open again, and what it was before."""
    latest = Case.objects.filter(person=person, region=region).order_by("-opened_at", "-id").first()
    if latest is None:
        return new_case(person=person, region=region, kind=CaseKind.APPEAL, by=by, at=at, note=""), ""
    case = held(latest.pk)
    before = case.state
    if case.state == CaseState.CLOSED:
        benefit = Benefit.objects.filter(person=person, region=region).order_by("pk").first()
        if benefit is None:
            raise CaseError(gettext("Nobody is paid under this record in your region."))
        due = due_of_case(benefit.scheme, region, timezone.localdate(at))
        case.state, case.kind, case.outcome, case.closed_at = CaseState.OPEN, CaseKind.APPEAL, "", None
        case.assignee = case.assignee_label = ""
        case.due, case.due_estimated, case.priority = due.day, due.estimated, 1
    saved(case)
    return case, before


def _of_another(appeal: Appeal, by: Actor) -> None:
    contested = appeal.contested
    concerned = {appeal.doer, *((contested.doer, contested.decider) if contested else ())}
    if by.key in concerned:
        raise CaseError(gettext("You took part in what is contested; another officer has to decide the appeal."))


def _closed_again(case: Case, appeal: Appeal, by: Actor, at: datetime) -> None:
    """Only a case that the appeal had opened, in which nothing new was found since and nobody is paid by it.

    While another appeal is open in it, it stays open.
    """
    fresh = last_finding(case)
    if Appeal.objects.filter(case=case, state=Appeal.State.OPEN).exists():
        return
    if appeal.restored_at or case.kind != CaseKind.APPEAL or case.state in (CaseState.CLOSED, CaseState.FOUND):
        return
    if fresh and appeal.contested_id and fresh.pk != appeal.contested_id:
        return
    case.state, case.closed_at = CaseState.CLOSED, at
    case.outcome = appeal.contested.outcome if appeal.contested else ""
    saved(case)
    told(case, "closed", by=by, at=at, outcome=case.outcome)


def _reference() -> str:
    """One of 31^10: nobody guesses another's, and the table refuses the same twice."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE))
    return f"{code[:5]}-{code[5:]}"


def _subject(appeal: Appeal) -> Subject:
    return Subject("appeal", str(appeal.pk), appeal.region)
