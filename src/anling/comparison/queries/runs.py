"""Runs that concern the scope: those of the region, of what lies above it, and of what lies inside."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anling.audit.scope import current
from anling.comparison.models import Run, State

_OFFERED = 100
"""Runs of each sort that a page offers to choose from."""


def runs_seen() -> QuerySet[Run]:
    """All runs that concern the scope, the newest first; without their reports, which are long."""
    current()
    return Run.objects.defer("report").order_by("-id")


def run_of(number: int) -> Run | None:
    """A run; None where there is none that concerns the scope."""
    current()
    return Run.objects.filter(pk=number).select_related("replay_of").first()


def finished_runs() -> list[Run]:
    """Finished runs that concern the scope, by their day: the newest hundred over all of it, and as many inside it."""
    prefix = str(current())
    covering = _done().filter(region__in=around(prefix))[:_OFFERED]
    inside = _done().exclude(region__in=around(prefix))[:_OFFERED]
    return sorted((*covering, *inside), key=lambda run: (run.as_of, run.pk), reverse=True)


def covering_runs(region: str) -> QuerySet[Run]:
    """The finished runs over all of a region, by their day."""
    current()
    return _done().filter(region__in=around(region))


def latest_run() -> Run | None:
    """The newest finished run that covers the whole scope; where there is none, the newest inside it.

    A run that looks back shows what was, and is none of them.
    """
    plain = Q(replay_of=None, known_at=None)
    return covering_runs(str(current())).filter(plain).first() or _done().filter(plain).first()


def done_before(moment: datetime) -> list[str]:
    """The folders of the finished runs whose roster was frozen before a moment."""
    current()
    return list(
        Run.objects.filter(state=State.DONE, snapshot_at__lt=moment).order_by("id").values_list("folder", flat=True)
    )


def around(region: str) -> list[str]:
    """The prefixes of a region, itself the last: a run over one of them covers it. Equality alone finds an index."""
    return [region[:digits] for digits in range(2, len(region) + 1)]


def _done() -> QuerySet[Run]:
    return Run.objects.defer("report").filter(state=State.DONE).order_by("-as_of", "-id")
