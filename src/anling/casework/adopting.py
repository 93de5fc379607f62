"""A finished run is taken over: its eligible become passes, its lost and to-verify become cases (N-B1).

Once per run and all in one transaction. A later run updates a person's open case and never makes a second one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope
from anling.audit.wording import worded
from anling.casework import steps
from anling.casework.due import due_of_case
from anling.casework.errors import CaseError
from anling.casework.history import OPENING, lock, person_of_flesh
from anling.casework.models import Adoption
from anling.comparison.models import Count, Run, State
from anling.comparison.queries.wanted import after
from anling.passes.models import Way
from anling.passes.recording import Origin, record_set
from anling.rules.evidence import Reason

ADOPT_TASK = "casework.adopt"
Progress = Callable[[str, int, int], None]
STEPS = ("passes", "listed", "cases", "closing")
_LISTS = ("lost", "to_verify")
_TEMPORARY = ("revoked", "passed", "due", "listed", "known")


@dataclass(frozen=True, slots=True)
class Expected:
    """What taking a run over would do, counted beforehand. passes: benefits; the others: people in a paying region."""

    passes: int
    listed: int
    known: int
    off_list: int

    @property
    def opened(self) -> int:
        """People listed who have no open case yet; those whose case was settled on the same records are among them."""
        return self.listed - self.known


def expected(run: Run) -> Expected:
    """What the page shows before the button. Of the run's rows in the scope."""
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute(steps.EXPECTED, {"run": run.pk, "region": run.region, "after": after(run.region)})
        return Expected(*cursor.fetchone())


@transaction.atomic
def ask_to_adopt(*, run: int, reason: str, by: Actor, at: datetime) -> Adoption:
    """Have the worker take a run over. Raises CaseError for a run that cannot be, or is already; NotAllowedError."""
    found = _adoptable(run, by)
    if not reason.strip():
        raise CaseError(gettext("Say why the run is taken over; it is recorded."), "reason")
    asked, fresh = _asked(found, reason.strip()[:200], by, at)
    if not fresh and asked.state in (Adoption.State.QUEUED, Adoption.State.RUNNING):
        raise CaseError(gettext("The run is being taken over already; this page shows how far it is."))
    if asked.state == Adoption.State.DONE:
        raise CaseError(gettext("The run was taken over already; nothing was done twice."))
    asked.state, asked.error, asked.reason, asked.at = Adoption.State.QUEUED, "", reason.strip()[:200], at
    asked.doer, asked.doer_label = by.key, by.label
    asked.save()
    app.configure_task(ADOPT_TASK, queue="comparison").defer(run=found.pk, region=found.region, by=by.key)
    return asked


@transaction.atomic
def adopt(*, run: int, by: Actor, at: datetime, reason: str = "", progress: Progress | None = None) -> Adoption:
    """Take a run over now, in a scope that contains its region; taken over already, it is answered as it was.

    Raises CaseError for a run that is not done, looks back, or is older than one taken over; NotAllowedError.
    """
    found = _adoptable(run, by)
    person_of_flesh(by)
    tell = progress or (lambda label, done, total: None)
    with scope.within(Scope(found.region)):
        lock(OPENING)
        adoption, _fresh = _asked(found, reason, by, at)
        if adoption.state == Adoption.State.DONE:
            return adoption
        _nothing_newer(found)
        counts = _counted(found, by, at, tell)
        for name, number in counts.items():
            setattr(adoption, name, number)
        adoption.state, adoption.at, adoption.label, adoption.error = Adoption.State.DONE, at, "", ""
        adoption.doer, adoption.doer_label = by.key, by.label
        adoption.save()
        record(
            Kind.RUN_ADOPTED, by=by, at=at, on=Subject("run", str(found.pk), found.region),
            after={"as_of": found.as_of.isoformat(), **counts}, reason=adoption.reason,
            rows=counts["passes"] + counts["opened"] + counts["updated"], content_hash=found.content_hash,
            policy_version=found.policy_version,
        )  # fmt: skip
        return adoption


def _adoptable(run: int, by: Actor) -> Run:
    scope.current()
    found = Run.objects.defer("report").filter(pk=run).first()
    if found is None:
        raise CaseError(worded("There is no such run in your region."))
    require(by, Act.WORK_CASES, found.region)
    require(by, Act.RECORD_PASS, found.region)
    if found.state != State.DONE or found.looks_back:
        raise CaseError(
            worded("Only a finished run that does not look back can be taken over; start one for what is known now.")
        )
    return found


def _asked(run: Run, reason: str, by: Actor, at: datetime) -> tuple[Adoption, bool]:
    values = {
        "region": run.region, "as_of": run.as_of, "reason": reason, "at": at, "doer": by.key, "doer_label": by.label,
        "total": len(STEPS),
    }  # fmt: skip
    return Adoption.objects.get_or_create(run=run.pk, defaults=values)


def _nothing_newer(run: Run) -> None:
    """A run behind one that was taken over would bring back what that one settled."""
    newer = Adoption.objects.filter(state=Adoption.State.DONE, as_of__gte=run.as_of).exclude(run=run.pk)
    for each in newer.order_by("-as_of", "-run"):
        overlap = each.region.startswith(run.region) or run.region.startswith(each.region)
        if overlap and (each.as_of, each.run) > (run.as_of, run.pk):
            raise CaseError(
                worded(
                    "Run %(run)s as of %(day)s was taken over already; an older run cannot follow it.",
                    run=each.run,
                    day=each.as_of,
                )
            )


def _counted(run: Run, by: Actor, at: datetime, tell: Progress) -> dict[str, int]:
    tell(STEPS[0], 0, len(STEPS))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.casework_{name}" for name in _TEMPORARY))
        for statement in (steps.REVOKED, steps.PASSED):
            cursor.execute(statement, {"run": run.pk})
        cursor.execute("ANALYZE casework_revoked, casework_passed")
    origin = Origin(Way.COMPARISON, f"run:{run.pk}")
    passed = record_set(steps.PASSES, {"run": run.pk}, origin=origin, by=by, recorded_at=at)
    values: dict[str, Any] = {
        "run": run.pk, "as_of": run.as_of, "at": at, "label": by.label, "region": run.region,
        "after": after(run.region), "order": [reason.value for reason in Reason],
    }  # fmt: skip
    with connection.cursor() as cursor:
        tell(STEPS[1], 1, len(STEPS))
        cursor.execute(steps.DUE, _last_days(run, at))
        for statement in (steps.LISTED, steps.TIDIED, "ANALYZE casework_listed"):
            cursor.execute(statement, values)
        cursor.execute(steps.SETTLED)
        settled = cursor.rowcount
        tell(STEPS[2], 2, len(STEPS))
        cursor.execute(steps.KNOWN)
        updated = cursor.rowcount
        cursor.execute("ANALYZE casework_known")
        cursor.execute(steps.UPDATED, values)
        cursor.execute(steps.UPDATE_TOLD, values)
        cursor.execute(steps.OPENED, values)
        opened = cursor.rowcount
        tell(STEPS[3], 3, len(STEPS))
        cursor.execute(steps.OFF_LIST, values)
        off_list = cursor.rowcount
        cursor.execute(steps.GONE_IN_WORK, values)
    return {
        "passes": passed.passes, "opened": opened, "updated": updated, "settled": settled, "off_list": off_list,
    }  # fmt: skip


def _last_days(run: Run, at: datetime) -> dict[str, list[Any]]:
    """By scheme and county: no policy differs below the county."""
    kept = Count.objects.filter(run=run.pk, list__in=_LISTS).values_list("scheme", "region").distinct().order_by()
    start = timezone.localdate(at)
    rows = [(scheme, county, due_of_case(scheme, county, start)) for scheme, county in kept]
    return {
        "schemes": [scheme for scheme, _, _ in rows],
        "counties": [county for _, county, _ in rows],
        "days": [due.day for _, _, due in rows],
        "estimated": [due.estimated for _, _, due in rows],
    }
