"""Runs that concern the scope: those of the region, of what lies above it, and of what lies inside."""

from __future__ import annotations

from django.db.models import QuerySet

from anling.audit.scope import current
from anling.comparison.models import Run, State


def runs_seen() -> QuerySet[Run]:
    """All runs that concern the scope, the newest first; without their reports, which are long."""
    current()
    return Run.objects.defer("report").order_by("-id")


def run_of(number: int) -> Run | None:
    """A run; None where there is none that concerns the scope."""
    current()
    return Run.objects.filter(pk=number).select_related("replay_of").first()


def finished_runs() -> list[Run]:
    """The newest hundred finished runs that concern the scope, by their day."""
    current()
    return list(Run.objects.defer("report").filter(state=State.DONE).order_by("-as_of", "-id")[:100])


def latest_run() -> Run | None:
    """The newest finished run that covers the whole scope; where there is none, the newest inside it.

    A run that looks back shows what was, and is none of them.
    """
    scope = str(current())
    runs = [run for run in finished_runs() if not run.looks_back]
    return next((run for run in runs if scope.startswith(run.region)), next(iter(runs), None))
