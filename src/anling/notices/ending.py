"""How a notice ends: it arrived, or it never will. What is known of the address, and what is tried next."""

from __future__ import annotations

from datetime import datetime

from anling.audit.values import Actor
from anling.notices.falling_back import by_another_channel
from anling.notices.models import Channel, Notice, State, WrongContact
from anling.notices.ports import WRONG_NUMBER


def end_delivered(notice: Notice, *, at: datetime) -> None:
    """It arrived, by whatever channel: nobody has to try any more. The caller holds the row."""
    notice.state, notice.why, notice.unreached, notice.ended_at = State.DELIVERED, "", False, at
    notice.sent_at = notice.sent_at or at
    notice.save()
    same = Notice.objects.filter(benefit=notice.benefit_id, kind=notice.kind, about=notice.about, unreached=True)
    same.update(unreached=False)


def end_undeliverable(notice: Notice, why: str, *, by: Actor, at: datetime) -> None:
    """It will never arrive: a wrong address is remembered, and the next channel is tried, unless what it says no longer
    holds. The caller holds the row."""
    notice.state, notice.why, notice.ended_at = State.UNDELIVERABLE, why, at
    notice.save()
    if notice.address_digest and (why == WRONG_NUMBER or notice.channel == Channel.POST):
        WrongContact.objects.get_or_create(
            benefit_id=notice.benefit_id, channel=notice.channel, digest=notice.address_digest,
            defaults={"region": notice.region, "why": why, "at": at, "doer_label": by.label},
        )  # fmt: skip
    if notice.recalled:
        return
    if not by_another_channel(notice, by=by, at=at).count:
        notice.unreached = True
        notice.save(update_fields=["unreached"])
