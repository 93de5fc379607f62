"""How many messages by WeChat a person has allowed: looked at before each, and counted down with it."""

from __future__ import annotations

from datetime import datetime

from anling.audit import kinds
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.notices.contacts import digest
from anling.notices.models import Notice, Subscription
from anling.notices.ports import NO_CONSENT

CONSENT_USED_UP = "consent_used_up"


def allowed(benefit: int, kind: str) -> bool:
    """Whether one more message of a kind may go out. The row stays locked, so that two senders do not both take one."""
    return int(_left(benefit).get(kind, 0)) > 0


def use_up(benefit: int, kind: str) -> None:
    """One message of a kind is gone."""
    left = _left(benefit)
    left[kind] = max(int(left.get(kind, 0)) - 1, 0)
    Subscription.objects.filter(benefit=benefit, ended_at__isnull=True).update(left=left)


def denied(notice: Notice, *, by: Actor, at: datetime) -> None:
    """WeChat knows of no consent to a message, at once or by its receipt: what we counted of that kind is nothing.

    Unless the person has agreed since it was sent, or with another account. In the running transaction.
    """
    found = Subscription.objects.select_for_update().filter(benefit=notice.benefit_id, ended_at__isnull=True).first()
    if found is None or digest(found.open_id) != notice.address_digest or found.consented_at > (notice.sent_at or at):
        return
    before, found.left = found.left, {**found.left, notice.kind: 0}
    found.save(update_fields=["left"])
    record(
        kinds.Kind.SUBSCRIPTION_CHANGED, by=by, at=at, on=Subject("benefit", str(notice.benefit_id), notice.region),
        reason=NO_CONSENT, before={"left": before}, after={"left": found.left},
    )  # fmt: skip


def _left(benefit: int) -> dict[str, int]:
    found = Subscription.objects.select_for_update().filter(benefit=benefit, ended_at__isnull=True).first()
    return dict(found.left) if found else {}
