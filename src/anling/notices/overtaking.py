"""A warning is held against the clock when it is sent: what a pass, a stop or an end has overtaken tells nobody (N-A2).

Days may lie between queue and gateway: quiet hours, the limit of a week, a gateway that is down, a tray of letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.utils import timezone

from anling.audit import kinds
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.notices.models import Kind, Notice, State
from anling.passes.clocks import Stand, stands
from anling.policy import load
from anling.roster.models import Benefit, PayStatus

NOT_IN_PAY, NO_LONGER_DUE = "not_in_pay", "no_longer_due"
_NOW = datetime.max.replace(tzinfo=UTC)
"""Whatever is on record at this very moment counts, also what came after the round of sending began."""


def overtaken(notices: Iterable[Notice], *, at: datetime) -> Mapping[int, str]:
    """Key → why, of those warnings among some notices that are no longer true, in three queries however many they are.

    not_in_pay: the benefit is suspended or has ended. no_longer_due: its clock runs out in another month, or in none.
    """
    warnings = [each for each in notices if each.kind == Kind.WARNING]
    benefits = Benefit.objects.in_bulk({each.benefit_id for each in warnings})
    found = stands(list(benefits.values()), load(), on=timezone.localdate(at), cutoff=_NOW) if benefits else []
    standing = dict(zip(benefits, found, strict=True))
    why = {each.pk: _why(each, benefits[each.benefit_id], standing[each.benefit_id]) for each in warnings}
    return {key: code for key, code in why.items() if code}


def withdraw(notice: Notice, why: str, *, by: Actor, at: datetime) -> None:
    """It waited, and is not sent, by this channel or another. The caller holds the row."""
    notice.state, notice.why, notice.recalled, notice.ended_at = State.OVERTAKEN, why, True, at
    notice.save(update_fields=["state", "why", "recalled", "ended_at"])
    record(
        kinds.Kind.NOTICE_CANCELLED, by=by, at=at, on=Subject("notice", str(notice.pk), notice.region), reason=why,
        before={"state": State.QUEUED}, after={"state": State.OVERTAKEN},
    )  # fmt: skip


def _why(notice: Notice, benefit: Benefit, stand: Stand) -> str:
    if benefit.pay_status != PayStatus.PAYING:
        return NOT_IN_PAY
    runs_out = stand.clock.stop_month.first_day if stand.clock else None
    return "" if runs_out == notice.stop_month else NO_LONGER_DUE
