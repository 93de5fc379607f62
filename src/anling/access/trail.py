"""What the audit administrator does with the trail: have it verified, seal on after a break, take entries out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anling.access.errors import AccessError
from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.chain import Head
from anling.audit.kinds import Kind
from anling.audit.models import Verification
from anling.audit.operations import record
from anling.audit.queries import Sought
from anling.audit.sealing import broken
from anling.audit.taking_up import take_up
from anling.audit.tasks import verify_trail
from anling.audit.values import Actor
from anling.audit.verification import Report, verify


@transaction.atomic
def ask_verification(*, by: Actor, at: datetime) -> Verification:
    """Have the whole chain read in the background. Raises AccessError while one is under way; NotAllowedError."""
    require(by, Act.READ_TRAIL)
    if Verification.objects.filter(finished_at__isnull=True).exists():
        raise AccessError(gettext("A verification is under way already; its result appears on this page."))
    asked = Verification.objects.create(asked_by=by.key, asked_by_label=by.label, asked_at=at)
    record(Kind.TRAIL_VERIFIED, by=by, at=at, after={"verification": asked.pk})
    verify_trail.defer(verification=asked.pk)
    return asked


def verify_here(*, kept_elsewhere: Sequence[Head], by: Actor, at: datetime) -> Report:
    """Read the whole chain at once, as the command line does, and record that it was read. Raises NotAllowedError."""
    require(by, Act.READ_TRAIL)
    report = verify(kept_elsewhere=kept_elsewhere)
    with transaction.atomic():
        record(Kind.TRAIL_VERIFIED, by=by, at=at, after={"seals": report.sealed, "findings": len(report.findings)})
    return report


@transaction.atomic
def resume_sealing(*, reason: str, by: Actor, at: datetime) -> str:
    """Seal on behind a broken chain; the sentence that says what was broken, which the entry keeps.

    Raises AccessError where nothing is broken or no reason is given; NotAllowedError.
    """
    require(by, Act.READ_TRAIL)
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    found = broken()
    if not found:
        raise AccessError(gettext("The chain ends as the head file says; sealing goes on by itself."))
    take_up(reason=reason.strip(), found=found, by=by, at=at)
    return found


@transaction.atomic
def export_trail(*, sought: Sought, rows: int, content_hash: str, by: Actor, at: datetime) -> None:
    """Record that entries were taken out: which, how many, and the SHA-256 of the file. Raises NotAllowedError."""
    require(by, Act.READ_TRAIL)
    record(Kind.TRAIL_EXPORTED, by=by, at=at, after=sought.told(), rows=rows, content_hash=content_hash)
