"""What gateways say became of messages: called in, or asked for. The first end that is known holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from anling.audit.scope import province, within
from anling.audit.values import machine
from anling.notices.consents import denied
from anling.notices.ending import end_delivered, end_undeliverable
from anling.notices.models import Channel, Notice, State
from anling.notices.ports import NO_CONSENT, Fate, Gateway, Receipt
from anling.notices.rule import rule_on
from anling.notices.sending import key_of

GATEWAY = machine("gateway")
NO_RECEIPT = "no_receipt"
ASKED_AFTER = timedelta(minutes=10)
"""A gateway that calls in does so sooner; only what it left out is asked for."""
_AT_ONCE = 100
_BATCHES = 50
_OPEN = (State.QUEUED, State.SENT)
"""A receipt may come before the sender has written that it handed the message over, or was killed before it could."""


def take(*, receipts: Iterable[Receipt], at: datetime) -> int:
    """Write down what became of messages; returns for how many it was news. Whatever comes twice changes nothing.

    A message that was given up for lack of a receipt may still turn out to have arrived.
    """
    with within(province()):
        return sum(_take(receipt, at) for receipt in sorted(receipts, key=lambda each: each.key))


def ask(*, gateways: Mapping[str, Gateway], at: datetime) -> int:
    """Ask the gateways for what they did not tell, then give up what they said nothing of for too long.

    Raises UnavailableError where a gateway does not answer; what was learned before holds.
    """
    news = 0
    for channel, gateway in gateways.items():
        with within(province()):
            sent = Notice.objects.filter(state=State.SENT, channel=channel, sent_at__lt=at - ASKED_AFTER)
            keys = [key_of(each) for each in sent.order_by("?").only("pk")[: _AT_ONCE * _BATCHES]]
        for first in range(0, len(keys), _AT_ONCE):
            news += take(receipts=gateway.receipts(keys[first : first + _AT_ONCE]), at=at)
        news += _give_up(channel, at)
    return news


def _take(receipt: Receipt, at: datetime) -> bool:
    number = receipt.key.removeprefix("notice-")
    if receipt.fate == Fate.UNDER_WAY or not (number.isascii() and number.isdigit() and len(number) <= 18):
        return False
    notice = Notice.objects.select_for_update().filter(pk=int(number)).first()
    if notice is None or not _is_news(notice, receipt.fate):
        return False
    if receipt.fate == Fate.DELIVERED:
        end_delivered(notice, at=at)
    else:
        if notice.channel == Channel.WECHAT and receipt.code == NO_CONSENT:
            denied(notice, by=GATEWAY, at=at)
        end_undeliverable(notice, receipt.code or "undeliverable", by=GATEWAY, at=at)
    return True


def _is_news(notice: Notice, fate: Fate) -> bool:
    late = notice.state == State.UNDELIVERABLE and notice.why == NO_RECEIPT and fate == Fate.DELIVERED
    return notice.state in _OPEN or late


def _give_up(channel: str, at: datetime) -> int:
    before = at - timedelta(days=rule_on(timezone.localdate(at)).receipt_days)
    with within(province()):
        silent = Notice.objects.select_for_update(skip_locked=True).filter(
            state=State.SENT, channel=channel, sent_at__lt=before
        )
        given_up = list(silent.order_by("id")[: _AT_ONCE * _BATCHES])
        for each in given_up:
            end_undeliverable(each, NO_RECEIPT, by=GATEWAY, at=at)
    return len(given_up)
