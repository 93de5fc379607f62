"""The work list, one case with everything that hangs on it, and who may be given a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page
from django.db.models import Q

from anling.access.models import Grant
from anling.access.roles import ACTS, Act
from anling.audit import scope
from anling.casework.models import Appeal, Attempt, Case, CaseEvent, CaseState, Document, Finding
from anling.casework.queries.wanted import Wanted
from anling.casework.verdicts import records_of, suggested
from anling.comparison.models import Evidence
from anling.comparison.queries import decisions_of
from anling.comparison.queries.decisions import Decided
from anling.roster.models import Benefit
from anling.roster.queries import COUNTED, PER_PAGE, LongPaginator


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with its person, and what was decided, tried, kept, found and said; each the newest first.

    decided: the newest decisions in sentences, each with its run; records: those that the case rests on.
    """

    case: Case
    benefits: Sequence[Benefit]
    decided: Sequence[Decided]
    records: Sequence[Evidence]
    attempts: Sequence[Attempt]
    documents: Sequence[Document]
    findings: Sequence[Finding]
    appeals: Sequence[Appeal]
    events: Sequence[CaseEvent]

    @property
    def pending(self) -> Finding | None:
        """The finding that waits for a second officer."""
        return next((each for each in self.findings if each.state == Finding.State.PENDING), None)

    def suggested(self, outcome: str) -> Mapping[tuple[str, str, str], str]:
        """What an outcome would say of each record."""
        return suggested(self.records, outcome)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in the scope: of the reader's own cases, of nobody's, findings to approve, appeals to decide."""

    mine: int
    overdue: int
    nobodys: int
    findings: int
    appeals: int


def page(wanted: Wanted, *, today: date, reader: str, number: object) -> Page[Case]:
    """A page of the work list with the people."""
    rows = wanted.found(today, reader).select_related("person")
    return LongPaginator(rows, PER_PAGE).get_page(number)  # type: ignore[arg-type]


def case(key: int) -> Case | None:
    """A case of the scope with its person."""
    scope.current()
    return Case.objects.select_related("person").filter(pk=key).first()


def chosen(keys: Sequence[int]) -> list[Case]:
    """Cases by their keys, those first that press most."""
    scope.current()
    return list(Case.objects.select_related("person").filter(pk__in=keys).order_by("region", "unit", "due", "id"))


def whole(found: Case) -> Whole:
    """Everything about a case."""
    now, _earlier = decisions_of(found.person_id)
    return Whole(
        case=found,
        benefits=list(Benefit.objects.filter(person=found.person_id, region=found.region).order_by("pk")),
        decided=[each for each in now if each.region == found.region],
        records=records_of(found) if found.run else [],
        attempts=list(found.attempts.order_by("-at", "-id")),
        documents=list(found.documents.order_by("-id")),
        findings=list(found.findings.order_by("-id")),
        appeals=list(found.appeals.order_by("-id")),
        events=list(found.events.order_by("-id")[:200]),
    )


def cases_of(person: int) -> list[Case]:
    """The cases of a person that the scope sees, the newest first."""
    scope.current()
    return list(Case.objects.filter(person=person).order_by("-opened_at", "-id")[:50])


def benefits_of(cases: Sequence[Case]) -> dict[int, list[Benefit]]:
    """Case → its benefits, for sheets that are printed."""
    keys = [key for each in cases for key in each.benefits]
    known = {benefit.pk: benefit for benefit in Benefit.objects.filter(pk__in=keys)}
    return {each.pk: [known[key] for key in each.benefits if key in known] for each in cases}


def waiting(*, reader: str, today: date) -> Waiting:
    """What the first screen tells an officer; what is nobody's is counted no further than lists are."""
    scope.current()
    movable = Case.objects.filter(state__in=(CaseState.OPEN, CaseState.IN_WORK, CaseState.RETURNED)).order_by()
    mine = movable.filter(assignee=reader)
    pending = Finding.objects.filter(state=Finding.State.PENDING).exclude(doer=reader)
    return Waiting(
        mine=mine.count(),
        overdue=mine.filter(due__lt=today).count(),
        nobodys=movable.filter(assignee="").values("pk")[:COUNTED].count(),
        findings=pending.count(),
        appeals=Appeal.objects.filter(state=Appeal.State.OPEN).count(),
    )


def workers(region: str, day: date) -> list[tuple[str, str]]:
    """Key and name of the officers who may work on cases of a region on a day, by name."""
    roles = [role for role, acts in ACTS.items() if Act.WORK_CASES in acts]
    held = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    grants = Grant.objects.filter(held, role__in=roles, valid_from__lte=day, officer__is_active=True)
    found = {
        grant.officer.key: grant.officer.name or grant.officer.username
        for grant in grants.select_related("officer")
        if region.startswith(grant.region)
    }
    return sorted(found.items(), key=lambda each: each[1])
