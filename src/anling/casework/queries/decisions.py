"""What waits for another officer: findings to approve, appeals to decide; and how runs were taken over."""

from __future__ import annotations

from django.db.models import QuerySet

from anling.audit import scope
from anling.casework.adopting import Expected, expected
from anling.casework.models import Adoption, Appeal, Finding
from anling.comparison.models import Run


def pending() -> QuerySet[Finding]:
    """The findings that wait for a second officer, the oldest first."""
    scope.current()
    return Finding.objects.filter(state=Finding.State.PENDING).select_related("case", "person").order_by("at", "id")


def finding(key: int) -> Finding | None:
    """A finding of the scope."""
    scope.current()
    return Finding.objects.select_related("case", "person").filter(pk=key).first()


def appeals(*, state: str = "", text: str = "") -> QuerySet[Appeal]:
    """Appeals, in one state where that is asked, or by a reference code; the newest first."""
    scope.current()
    rows: QuerySet[Appeal] = Appeal.objects.select_related("person", "case").order_by("-at", "-id")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(reference=text.strip().upper())
    return rows


def appeal(key: int) -> Appeal | None:
    """An appeal of the scope."""
    scope.current()
    return Appeal.objects.select_related("person", "case", "contested").filter(pk=key).first()


def answered_before(found: Appeal) -> list[Appeal]:
    """Appeals against the same stop or end that were answered before this one came, the oldest first."""
    scope.current()
    same = Appeal.objects.filter(person=found.person_id, region=found.region, hold=found.hold, pk__lt=found.pk)
    return list(same.exclude(state=Appeal.State.OPEN).order_by("pk"))


def adoption_of(run: int) -> Adoption | None:
    """How a run was, or is being, taken over; None where nobody has asked."""
    scope.current()
    return Adoption.objects.filter(run=run).first()


def preview(run: Run) -> Expected:
    """What taking a run over would do."""
    return expected(run)
