"""Whose pay status holds where the roster file says another: settled by a named officer, and undone again.

The item stands in the clean-up queue of the roster; to let the file's status hold is an act on pay, so it is done here
(platform.md, "People": a reconcile item, never a silent overwrite).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.payment.errors import PaymentError
from anling.payment.runs.holding import open_holds_all, tell_drafts
from anling.roster.models import Benefit, Finding, FindingKind, FindingState, Side
from anling.roster.paying import set_pay_status
from anling.roster.queries import PER_PAGE

_STATUS = """
SELECT %(benefit)s::bigint AS benefit_id, %(status)s::text AS pay_status, %(reason)s::text AS suspend_reason
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of differences that were settled together. refused: key of a finding → the sentence why not."""

    done: int
    refused: Mapping[int, str]


@transaction.atomic
def settle_pay_status(*, finding: int, side: Side, reason: str, by: Actor, at: datetime) -> Finding:
    """Keep our pay status, or take that of the roster file. Raises PaymentError, NotAllowedError.

    What a run or a finding of ours stopped or ended is not taken from a file: its months are in our books, so it is
    undone there, with its arrears, and then both sides agree.
    """
    found, benefit = _item(finding, FindingState.OPEN, by)
    if not reason.strip():
        raise PaymentError(gettext("Say on what it rests."), "reason")
    if side == Side.THEIRS:
        _refuse_decided_here(benefit)
        if _said(benefit) == found.ours:
            _write(benefit, found.theirs, f"reconciled:{finding}", by, at)
        elif _said(benefit) != found.theirs:
            raise PaymentError(gettext("Our pay status has changed since; import the newest roster file first."))
    found.state, found.decided, found.note = FindingState.SETTLED, side, reason.strip()
    found.ended_at, found.ended_label = at, by.label
    found.save()
    record(
        Kind.FINDING_SETTLED, by=by, at=at, on=Subject("finding", str(finding), found.region), reason=found.note,
        before={"state": "open", "pay_status": found.ours},
        after={"state": "settled", "pay_status": found.ours if side == Side.OURS else found.theirs},
    )  # fmt: skip
    return found


@transaction.atomic
def settle_pay_statuses(*, findings: Collection[int], side: Side, reason: str, by: Actor, at: datetime) -> Settled:
    """One answer for at most a page of differences, each settled, recorded and undone by itself.

    What cannot be settled stays open and is told with its reason; it holds none of the others back. Raises PaymentError
    where nothing can be done at all, NotAllowedError.
    """
    if not reason.strip():
        raise PaymentError(gettext("Say on what it rests."), "reason")
    if not 0 < len(findings) <= PER_PAGE:
        raise PaymentError(gettext("Choose 1 to %(most)s differences at a time.") % {"most": PER_PAGE})
    refused = {}
    for finding in sorted(findings):  # in one order, so that two officers do not wait for each other
        try:
            settle_pay_status(finding=finding, side=side, reason=reason, by=by, at=at)
        except PaymentError as error:
            refused[finding] = str(error)
    return Settled(len(findings) - len(refused), refused)


@transaction.atomic
def reopen_pay_status(*, finding: int, reason: str, by: Actor, at: datetime) -> Finding:
    """Undo what was settled: our former status is written back, and the item is open again.

    Raises PaymentError, which names what has happened since, where that cannot be; NotAllowedError.
    """
    found, benefit = _item(finding, FindingState.SETTLED, by)
    if not reason.strip():
        raise PaymentError(gettext("Say why it is undone."), "reason")
    taken = found.decided == Side.THEIRS
    if _said(benefit) != (found.theirs if taken else found.ours):
        raise PaymentError(gettext("The pay status of this benefit has changed since; there is nothing to undo."))
    if found.agreed and not taken:
        raise PaymentError(gettext("A later roster file says what we say; there is nothing left to settle."))
    if taken:
        _refuse_decided_here(benefit)
        _write(benefit, found.ours, f"reopened:{finding}", by, at)
    Finding.objects.filter(kind=found.kind, benefit=benefit, state=FindingState.OPEN).update(
        state=FindingState.GONE, ended_at=at
    )
    former = found.note
    found.state, found.decided, found.note, found.agreed = FindingState.OPEN, "", "", False
    found.ended_at, found.ended_label = None, ""
    found.save()
    record(
        Kind.FINDING_REOPENED, by=by, at=at, on=Subject("finding", str(finding), found.region), reason=reason.strip(),
        before={"state": "settled", "pay_status": found.theirs if taken else found.ours, "note": former},
        after={"state": "open", "pay_status": found.ours},
    )  # fmt: skip
    return found


def decided_here(benefits: Sequence[int]) -> frozenset[int]:
    """Those of which a stop or end of ours still holds, so that the file's pay status cannot be taken."""
    scope.current()
    return frozenset(each.benefit_id for each in open_holds_all(benefits))


def _item(finding: int, state: FindingState, by: Actor) -> tuple[Finding, Benefit]:
    scope.current()
    rows = Finding.objects.select_for_update().filter(pk=finding, kind=FindingKind.PAY_STATUS_DIFFERS)
    found = rows.filter(state=state).first()
    benefits = Benefit.objects.select_for_update()
    benefit = benefits.filter(pk=found.benefit_id).first() if found and found.benefit_id else None
    if found is None or benefit is None:
        raise PaymentError(gettext("There is no such difference of pay status in your region; reload the queue."))
    require(by, Act.CORRECT, found.region)
    return found, benefit


def _refuse_decided_here(benefit: Benefit) -> None:
    if open_holds_all([benefit.pk]):
        raise PaymentError(
            gettext("This pay was stopped or ended here; undo that on the page of the person, or keep ours.")
        )


def _said(benefit: Benefit) -> str:
    return ":".join(filter(None, (benefit.pay_status, benefit.suspend_reason)))


def _write(benefit: Benefit, said: str, source: str, by: Actor, at: datetime) -> None:
    status, _colon, reason = said.partition(":")
    set_pay_status(
        _STATUS, {"benefit": benefit.pk, "status": status, "reason": reason}, source=source, by=by, at=at
    )  # fmt: skip
    tell_drafts([benefit], why=source, by=by, at=at)
