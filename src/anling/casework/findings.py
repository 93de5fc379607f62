"""What was found: a finding that takes pay away waits for a second officer, every other one closes the case at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.values import Actor
from anling.casework import losses
from anling.casework.errors import CaseError, TakenError
from anling.casework.history import at_work, held, person_of_flesh, saved, subject, told
from anling.casework.models import LOSSES, Appeal, Case, CaseState, Finding, Outcome, SourceVerdict
from anling.casework.verdicts import record_verdicts, records_of, suggested
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.roster.models import Benefit, PayStatus
from anling.rules.months import Month

WAYS = (Way.VISIT, Way.OUTLET, Way.UNIT, Way.REMOTE, Way.COOPERATION, Way.CONSULAR)
"""How an officer can have checked that somebody lives."""
_NEEDS_DAY = frozenset({
    Outcome.ALIVE, Outcome.DEAD, Outcome.IN_CUSTODY, Outcome.MISSING, Outcome.NATIONALITY_LOST,
})  # fmt: skip
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What an officer says. day: of death, of custody, since when missing, when seen alive; way: how it was checked.

    event: of a loss, which of losses.EVENTS it is; empty: what such a finding usually is. benefits: ids that it
    concerns; empty: all of the case. verdicts: by record, where the officer departs from what the outcome suggests;
    '' says nothing of that record.
    """

    outcome: Outcome
    note: str
    day: date | None = None
    until: date | None = None
    way: str = ""
    benefits: tuple[int, ...] = ()
    verdicts: Mapping[Place, str] = field(default_factory=dict)
    event: str = ""


@transaction.atomic
def find(*, case: int, version: int, found: Found, by: Actor, at: datetime) -> Finding:
    """Say what was found. A loss waits for a second officer; the others close the case, and alive makes a pass.

    Raises CaseError with the field at fault; TakenError where another changed or holds the case; NotAllowedError.
    """
    held_case = held(case, version)
    require(by, Act.WORK_CASES, held_case.region)
    person_of_flesh(by)
    at_work(held_case, by)
    _checked(held_case, found, timezone.localdate(at))
    finding = _kept(held_case, found, by, at)
    told(held_case, "finding", by=by, at=at, note=found.note, outcome=found.outcome, day=str(found.day or ""))
    record(
        Kind.FINDING_MADE, by=by, at=at, on=subject(held_case), reason=found.note[:500],
        after={"finding": finding.pk, "outcome": found.outcome, "event": finding.event, "day": str(found.day or ""),
               "state": finding.state},
    )  # fmt: skip
    if found.outcome in LOSSES:
        held_case.state = CaseState.FOUND
        saved(held_case)
        return finding
    if found.outcome == Outcome.ALIVE:
        _pass(held_case, finding, by, at)
    _close(held_case, finding, by, at)
    return finding


@transaction.atomic
def approve_finding(*, finding: int, note: str, by: Actor, at: datetime) -> Finding:
    """A second officer agrees to all that it says: the case is closed with it. Pay is the payment room's.

    Raises CaseError for one's own finding, for one that does not wait (any more), and while an appeal is open;
    NotAllowedError.
    """
    found, case = _pending(finding, by)
    if Appeal.objects.filter(case=case, state=Appeal.State.OPEN).exists():
        raise CaseError(gettext("An appeal about this person is open; decide that one first."))
    _decided(found, Finding.State.APPROVED, note, by, at)
    told(case, "approved", by=by, at=at, note=note, outcome=found.outcome)
    record(
        Kind.FINDING_APPROVED, by=by, at=at, on=subject(case), reason=note[:500],
        after={"finding": found.pk, "outcome": found.outcome, "event": found.event, "found_by": found.doer},
    )  # fmt: skip
    _close(case, found, by, at)
    return found


@transaction.atomic
def return_finding(*, finding: int, note: str, by: Actor, at: datetime) -> Finding:
    """A second officer does not agree: the case goes back to whoever found, with a note. Raises as approve_finding."""
    if not note.strip():
        raise CaseError(gettext("Say what is missing or doubtful; the case goes back with it."), "note")
    found, case = _pending(finding, by)
    _decided(found, Finding.State.RETURNED, note.strip(), by, at)
    case.state = CaseState.RETURNED
    saved(case)
    told(case, "returned", by=by, at=at, note=note.strip(), outcome=found.outcome)
    record(
        Kind.FINDING_RETURNED, by=by, at=at, on=subject(case), reason=note.strip()[:500], after={"finding": found.pk}
    )
    return found


def last_finding(case: Case) -> Finding | None:
    """The finding that closed the case last."""
    ended = (Finding.State.APPROVED, Finding.State.FINAL)
    return Finding.objects.filter(case=case, state__in=ended).order_by("-id").first()


def _pending(finding: int, by: Actor) -> tuple[Finding, Case]:
    scope.current()
    seen = Finding.objects.filter(pk=finding).first()
    if seen is None:
        raise CaseError(gettext("There is no such finding in your region."))
    require(by, Act.APPROVE_FINDINGS, seen.region)
    person_of_flesh(by)
    case = held(seen.case_id)  # whoever decides second waits here, and reads the finding afterwards
    found = Finding.objects.get(pk=finding)
    if found.state != Finding.State.PENDING:
        raise TakenError(
            gettext("%(officer)s has decided this finding already; read the page again.")
            % {"officer": found.decider_label or found.doer_label}
        )
    if found.doer == by.key:
        raise CaseError(gettext("You made this finding; another officer has to approve or return it."))
    return found, case


def _decided(found: Finding, state: Finding.State, note: str, by: Actor, at: datetime) -> None:
    found.state, found.decided_at, found.decision_note = state, at, note
    found.decider, found.decider_label = by.key, by.label
    found.save(update_fields=["state", "decided_at", "decision_note", "decider", "decider_label"])


def _close(case: Case, finding: Finding, by: Actor, at: datetime) -> None:
    case.state, case.outcome, case.closed_at = CaseState.CLOSED, finding.outcome, at
    saved(case)
    verdicts = record_verdicts(finding, by=by, at=at)
    told(case, "closed", by=by, at=at, outcome=finding.outcome, verdicts=verdicts)
    record(
        Kind.CASE_CLOSED, by=by, at=at, on=subject(case),
        after={"outcome": finding.outcome, "finding": finding.pk, "verdicts": verdicts},
    )  # fmt: skip


def _kept(case: Case, found: Found, by: Actor, at: datetime) -> Finding:
    said = suggested(records_of(case), found.outcome)
    said |= {place: verdict for place, verdict in found.verdicts.items() if list(place) in case.evidence}
    loss, event = found.outcome in LOSSES, found.event or losses.usual(found.outcome, found.until) or ""
    return Finding.objects.create(
        case=case, person_id=case.person_id, region=case.region, outcome=found.outcome, day=found.day,
        event=event, until=found.until, way=found.way, benefits=list(found.benefits) or case.benefits,
        verdicts=[[*place, verdict] for place, verdict in sorted(said.items()) if verdict], note=found.note.strip(),
        at=at, doer=by.key, doer_label=by.label, state=Finding.State.PENDING if loss else Finding.State.FINAL,
    )  # fmt: skip


def _checked(case: Case, found: Found, today: date) -> None:
    if not found.note.strip():
        raise CaseError(gettext("Say on what the finding rests."), "note")
    if found.outcome in _NEEDS_DAY and found.day is None:
        raise CaseError(
            gettext("Give the day: of death, of custody, since when missing or no longer Chinese, or when seen."), "day"
        )
    if found.event and found.event not in losses.EVENTS.get(found.outcome, ()):
        raise CaseError(gettext("The finding is none of that kind; choose one that it can be."), "event")
    if found.day and found.day > today:
        raise CaseError(gettext("The day is still to come."), "day")
    if found.day and found.until and found.until < found.day:
        raise CaseError(gettext("The term ends before it begins."), "until")
    if found.outcome == Outcome.ALIVE and found.way not in {way.value for way in WAYS}:
        raise CaseError(gettext("Say how it was checked that the person lives."), "way")
    if not set(found.benefits) <= set(case.benefits):
        raise CaseError(gettext("A finding concerns benefits of its case."), "benefits")
    if found.outcome == Outcome.CANNOT_BE_FOUND and not case.tries:
        raise CaseError(gettext("Nobody has tried to reach the person yet; record the attempt first."), "outcome")
    wrong = set(found.verdicts.values()) - {"", *SourceVerdict.Verdict.values}
    if wrong:
        raise CaseError(gettext("A record is confirmed, refuted, or nothing is said of it."), "verdicts")


def _pass(case: Case, finding: Finding, by: Actor, at: datetime) -> None:
    """Alive on a day is a pass of that month for the benefits that still run."""
    assert finding.day is not None  # _checked
    running = Benefit.objects.filter(pk__in=finding.benefits).exclude(pay_status=PayStatus.ENDED)
    benefits = list(running.filter(region=case.region).order_by("pk"))
    if not benefits:
        return
    origin = Origin(Way(finding.way), f"finding:{finding.pk}", channel=f"case:{case.pk}")
    record_pass(
        benefits=benefits, month=Month.of_date(finding.day), origin=origin, by=by, at=at,
        shown_at=timezone.make_aware(datetime.combine(finding.day, time(12))),
        evidence=[["case", str(case.pk), f"finding:{finding.pk}"]],
    )  # fmt: skip
