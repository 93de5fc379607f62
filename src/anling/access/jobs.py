"""Background jobs under the hand of the system administrator."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from anling.access.errors import AccessError, NotThereError
from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.audit.wording import worded

ENDED_BADLY = ("failed", "aborted", "cancelled")
"""States of a job that can be queued once more."""


@transaction.atomic
def queue_again(*, job: int, by: Actor, at: datetime) -> int:
    """Queue a job once more that ended badly; every job may run twice and ends the same. Its new number.

    Raises NotAllowedError, NotThereError, AccessError for one that waits, is in work or was done.
    """
    require(by, Act.ADMINISTER_SYSTEM)
    found = ProcrastinateJob.objects.filter(pk=job).first()
    if found is None:
        raise NotThereError(worded("There is no such job."))
    if found.status not in ENDED_BADLY:
        raise AccessError(worded("Only a job that ended badly can be queued again."))
    queued = app.configure_task(found.task_name, queue=found.queue_name).defer(**found.args)
    record(Kind.JOB_QUEUED_AGAIN, by=by, at=at, on=Subject("job", str(queued)), before={"job": found.pk})
    return queued
