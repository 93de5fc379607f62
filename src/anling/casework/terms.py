"""Terms that are over: pay pauses for a term, not for ever, so a case asks whether the person is free (domain.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act, Role
from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.scope import province, within
from anling.audit.values import Actor, ActorKind, Permit, Scope
from anling.casework.history import subject
from anling.casework.models import Case, CaseKind, CaseState, Finding, Outcome
from anling.casework.operations import new_case
from anling.roster.models import Benefit, PayStatus

CUSTODY = ("sentenced", "detained")
"""Words of the roster for a pause that a term brings; a pass does not lift it."""


def ask_after_terms(*, region: str, by: Actor, at: datetime) -> int:
    """Open a case for everybody of a region whose known term is over and whose pay still pauses for it; how many.

    Once for a term: a case that was opened since its last day has asked already. Raises NotAllowedError.
    """
    require(by, Act.WORK_CASES, region)
    opened = 0
    with within(Scope(region)):
        for finding in _over(timezone.localdate(at)):
            with transaction.atomic():
                opened += _ask(finding, by, at)
    return opened


def calendar() -> Actor:
    """Who asks: it says what a finding said and decides nothing."""
    return Actor(ActorKind.MACHINE, "machine:calendar", "calendar", (Permit(Role.CLERK.value, province()),))


def _over(today: date) -> Iterator[Finding]:
    approved = Finding.objects.filter(outcome=Outcome.IN_CUSTODY, state=Finding.State.APPROVED)
    newest = approved.values("person", "region").annotate(newest=Max("pk")).values("newest")
    for finding in Finding.objects.filter(pk__in=newest, until__lt=today).order_by("pk"):
        paused = Benefit.objects.filter(
            person=finding.person_id, pay_status=PayStatus.SUSPENDED, suspend_reason__in=CUSTODY
        )
        if paused.exists():
            yield finding


def _ask(finding: Finding, by: Actor, at: datetime) -> bool:
    cases = Case.objects.filter(person=finding.person_id, region=finding.region)
    asked = cases.filter(opened_at__date__gt=finding.until) | cases.exclude(state=CaseState.CLOSED)
    if asked.exists():
        return False
    note = gettext("The term that was found ended on %(day)s: see whether the person is free, so that pay can go on.")
    note %= {"day": finding.until}
    case = new_case(
        person=finding.person_id, region=finding.region, kind=CaseKind.REPORT, by=by, at=at, note=note
    )  # fmt: skip
    case.priority = 1
    case.save(update_fields=["priority"])
    record(Kind.CASE_OPENED, by=by, at=at, on=subject(case), after={"kind": case.kind}, reason=note)
    return True
