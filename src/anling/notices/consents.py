"""How many messages by WeChat a person has allowed: looked at before each, and counted down with it."""

from __future__ import annotations

from anling.notices.models import Subscription

CONSENT_USED_UP = "consent_used_up"


def allowed(benefit: int, kind: str) -> bool:
    """Whether one more message of a kind may go out. The row stays locked, so that two senders do not both take one."""
    return int(_left(benefit).get(kind, 0)) > 0


def use_up(benefit: int, kind: str, *, all_of_it: bool = False) -> None:
    """One message of a kind is gone; all_of_it: WeChat knows of no consent, so ours counts for nothing."""
    left = _left(benefit)
    left[kind] = 0 if all_of_it else max(int(left.get(kind, 0)) - 1, 0)
    Subscription.objects.filter(benefit=benefit, ended_at__isnull=True).update(left=left)


def _left(benefit: int) -> dict[str, int]:
    found = Subscription.objects.select_for_update().filter(benefit=benefit, ended_at__isnull=True).first()
    return dict(found.left) if found else {}
