"""Messages on their way: taken in small batches, sent through a gateway, never twice to a gateway that knows our key.

A row is locked while its message is handed over and marked in the same transaction. A sender that is killed in between
leaves the row as it was; the next one hands the message over under the same key, and the gateway knows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from anling.audit.locks import RECIPIENT
from anling.audit.scope import province, within
from anling.audit.values import machine
from anling.notices.consents import CONSENT_USED_UP, allowed, denied, use_up
from anling.notices.contacts import address_of, digest, is_wrong, veiled
from anling.notices.ending import end_undeliverable
from anling.notices.models import Channel, Notice, State
from anling.notices.overtaking import overtaken, withdraw
from anling.notices.ports import NO_CONSENT, WRONG_NUMBER, Gateway, Message, RefusedError, UnavailableError
from anling.notices.queries import words_of
from anling.notices.rule import rule_on
from anling.notices.slots import WEEK, again_after, next_open, quiet
from anling.policy import NoticeRule

SENDER = machine("sender")
BATCH = 20


@dataclass(frozen=True, slots=True)
class Round:
    """What became of one batch. waiting: put off; down: the gateway did not answer, so the rest was not tried.

    overtaken: warnings that were no longer true when their turn came.
    """

    sent: int = 0
    undeliverable: int = 0
    waiting: int = 0
    overtaken: int = 0
    down: bool = False


def key_of(notice: Notice) -> str:
    """The key under which gateways know a notice."""
    return f"notice-{notice.pk}"


def send_due(*, at: datetime, gateways: Mapping[str, Gateway], limit: int = BATCH) -> Round:
    """Hand over what is due, of the channels that have a gateway; none in quiet hours. Two senders share the work.

    Each warning is held against the clock right before it leaves; one that is no longer true is withdrawn.
    """
    rule = rule_on(timezone.localdate(at))
    if quiet(rule, at):
        return Round()
    done: Counter[State] = Counter()
    with within(province()):
        for each in _due(at, list(gateways), limit):
            if not _ours_alone(each.person_id):
                continue
            try:
                done[_handle(each, gateways[each.channel], rule, at)] += 1
            except UnavailableError:
                _put_off_or_give_up(each, rule, at)
                return _round(done, down=True)
    return _round(done)


def _round(done: Counter[State], *, down: bool = False) -> Round:
    return Round(done[State.SENT], done[State.UNDELIVERABLE], done[State.QUEUED], done[State.OVERTAKEN], down)


def _due(at: datetime, channels: list[str], limit: int) -> list[Notice]:
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("benefit")
    due = rows.filter(state=State.QUEUED, channel__in=channels, send_after__lte=at)
    return list(due.order_by("send_after", "id")[:limit])


def _ours_alone(person: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s::bigint::int)", [RECIPIENT, person % 2**31])
        return bool(cursor.fetchone()[0])


def _handle(notice: Notice, gateway: Gateway, rule: NoticeRule, at: datetime) -> State:
    if why := overtaken([notice], at=at).get(notice.pk):
        withdraw(notice, why, by=SENDER, at=at)
        return State.OVERTAKEN
    address = address_of(notice.benefit, notice.channel)
    if not address or is_wrong(notice.benefit, notice.channel, address):
        end_undeliverable(notice, WRONG_NUMBER if address else "no_address", by=SENDER, at=at)
        return State.UNDELIVERABLE
    earliest = _within_the_week(notice, rule, at)
    if earliest > at:
        notice.send_after = earliest
        notice.save(update_fields=["send_after"])
        return State.QUEUED
    if notice.channel == Channel.WECHAT and not allowed(notice.benefit_id, notice.kind):
        end_undeliverable(notice, CONSENT_USED_UP, by=SENDER, at=at)
        return State.UNDELIVERABLE
    return _hand_over(notice, gateway, address, at)


def _hand_over(notice: Notice, gateway: Gateway, address: str, at: datetime) -> State:
    said = words_of(notice)
    notice.tries += 1
    notice.sent_to, notice.address_digest = veiled(notice.channel, address), digest(address)
    notice.sent_at = at
    try:
        message = Message(key_of(notice), address, said.message, notice.kind, said.fields)
        notice.provider_id = gateway.send(message)
    except RefusedError as refused:
        if notice.channel == Channel.WECHAT and refused.code == NO_CONSENT:
            denied(notice, by=SENDER, at=at)
        end_undeliverable(notice, refused.code, by=SENDER, at=at)
        return State.UNDELIVERABLE
    if notice.channel == Channel.WECHAT:
        use_up(notice.benefit_id, notice.kind)
    notice.state = State.SENT
    notice.save()
    return State.SENT


def _put_off_or_give_up(notice: Notice, rule: NoticeRule, at: datetime) -> None:
    if notice.tries >= rule.tries:
        end_undeliverable(notice, "gateway_down", by=SENDER, at=at)
        return
    notice.sent_at, notice.send_after = None, again_after(rule, notice.tries, at)
    notice.save()


def _within_the_week(notice: Notice, rule: NoticeRule, at: datetime) -> datetime:
    """When the person may get one more message: now, or a week after the last but so many."""
    sent = Notice.objects.filter(person=notice.person_id, sent_at__gt=at - WEEK).exclude(channel=Channel.POST)
    times = list(sent.exclude(pk=notice.pk).order_by("-sent_at").values_list("sent_at", flat=True))
    if len(times) < rule.messages_per_week:
        return at
    oldest = times[rule.messages_per_week - 1]
    return next_open(rule, oldest + WEEK) if oldest else at
