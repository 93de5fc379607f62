"""Telling people: each act in one transaction with its entry in the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import may, require
from anling.access.roles import Act
from anling.audit import kinds
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.notices.contacts import address_of, digest
from anling.notices.ending import end_undeliverable
from anling.notices.errors import NoticeError, NotThereError
from anling.notices.models import Channel, Kind, Notice, State, Subscription, WrongContact
from anling.notices.queueing import queue_set
from anling.notices.rule import rule_on
from anling.notices.words import DEFAULT, choose
from anling.roster.models import Benefit
from anling.rules.months import Month

TELLING = (Act.WORK_CASES, Act.APPROVE_FINDINGS, Act.SIGN_PAY, Act.APPROVE_PAY)
"""Whoever decides about a benefit may have its recipient told."""
_ONE = """
SELECT %(benefit)s::bigint AS benefit_id, %(about)s::text AS about, %(stop_month)s::date AS stop_month,
    %(template)s::text AS template, %(values)s::jsonb AS "values"
"""


@transaction.atomic
def queue(
    *, benefit: Benefit, kind: Kind, about: str, stop_month: Month | None, values: Mapping[str, str], by: Actor,
    at: datetime,
) -> Notice:  # fmt: skip
    """Have the recipient of a benefit told something once; returns the notice, the known one where there is one.

    The channel is chosen here: a telephone that is not known to be wrong, WeChat with consent, the post; a recipient
    whom nothing reaches has an undeliverable notice at once. values: what the words are filled with, as
    notices/templates names them, months as yyyy-MM. Raises NoticeError for values that no template takes;
    NotAllowedError.
    """
    _require_telling(by, benefit.region)
    try:
        template = choose(kind.value, benefit.scheme, DEFAULT, frozenset(values))
        template.say(values)
    except ValueError as error:
        raise NoticeError(str(error)) from error
    row = {
        "benefit": benefit.pk, "about": about, "stop_month": stop_month.first_day if stop_month else None,
        "template": template.name, "values": json.dumps(dict(values)),
    }  # fmt: skip
    rule = rule_on(timezone.localdate(at))
    added = queue_set(_ONE, row, kind=kind, rule=rule, by=by, at=at)
    made = Notice.objects.filter(benefit=benefit, kind=kind, about=about).latest("id")
    if added.count:
        record(
            kinds.Kind.NOTICE_QUEUED, by=by, at=at, on=_subject(made),
            after={"kind": kind.value, "about": about, "channel": made.channel, "state": made.state,
                   "template": made.template},
        )  # fmt: skip
    return made


@transaction.atomic
def cancel(*, notice: int, reason: str, by: Actor, at: datetime) -> Notice:
    """A notice that has not been sent is not sent. Raises NoticeError, NotAllowedError."""
    found = _locked(notice)
    require(by, Act.WORK_CASES, found.region)
    if not reason.strip():
        raise NoticeError(gettext("Say why the notice is not to be sent."), "reason")
    if found.state != State.QUEUED:
        raise NoticeError(gettext("The notice is on its way or has ended; only one that waits can be cancelled."))
    found.state, found.why, found.ended_at = State.CANCELLED, "by_officer", at
    found.save(update_fields=["state", "why", "ended_at"])
    record(
        kinds.Kind.NOTICE_CANCELLED, by=by, at=at, on=_subject(found), reason=reason.strip(),
        before={"state": State.QUEUED}, after={"state": State.CANCELLED},
    )  # fmt: skip
    return found


@transaction.atomic
def mark_wrong(*, benefit: int, channel: Channel, reason: str, by: Actor, at: datetime) -> WrongContact:
    """The number or address of a benefit does not reach the person; nothing goes there until it is corrected.

    Notices that wait for it go by another channel. Raises NoticeError, NotAllowedError.
    """
    found = Benefit.objects.filter(pk=benefit).first()
    if found is None:
        raise NotThereError(gettext("There is no such benefit in your region."))
    require(by, Act.WORK_CASES, found.region)
    if not reason.strip():
        raise NoticeError(gettext("Say how you know that it does not reach the person."), "reason")
    address = address_of(found, channel)
    if not address:
        raise NoticeError(gettext("Nothing is on record there that could be wrong."), "channel")
    marked, new = WrongContact.objects.get_or_create(
        benefit=found, channel=channel, digest=digest(address),
        defaults={"region": found.region, "why": reason.strip()[:80], "at": at, "doer_label": by.label},
    )  # fmt: skip
    if new:
        _turn_back(found, channel, by, at)
        record(
            kinds.Kind.CONTACT_MARKED, by=by, at=at, on=Subject("benefit", str(found.pk), found.region),
            reason=reason.strip(), after={"channel": channel.value, "wrong": True},
        )  # fmt: skip
    return marked


def mark_wrong_of(*, notice: int, reason: str, by: Actor, at: datetime) -> WrongContact:
    """The address that a notice went or would go to does not reach the person: `mark_wrong` of its benefit and channel.

    Raises NoticeError, also where the address has been corrected since the notice was sent; NotAllowedError.
    """
    found = Notice.objects.select_related("benefit").filter(pk=notice).first()
    if found is None:
        raise NotThereError(gettext("There is no such notice in your region."))
    if found.address_digest and digest(address_of(found.benefit, found.channel)) != found.address_digest:
        raise NoticeError(gettext("It has been corrected since this notice was sent; nothing has to be marked."))
    return mark_wrong(benefit=found.benefit_id, channel=Channel(found.channel), reason=reason, by=by, at=at)


@transaction.atomic
def subscribe(
    *, benefit: int, open_id: str, consent: str, allowed: Sequence[Kind], by: Actor, at: datetime
) -> Subscription:
    """A recipient consents to one more message by WeChat of each kind. Raises NoticeError, NotAllowedError.

    open_id: under which WeChat knows them towards our account; consent: how it was given, for whoever asks later.
    Messages allowed before are kept where it is the same person; another one's subscription ends.
    """
    found = _benefit_locked(benefit)
    require(by, Act.CORRECT, found.region)
    return keep_subscription(found, open_id=open_id, consent=consent, allowed=allowed, by=by, at=at)


def keep_subscription(
    benefit: Benefit, *, open_id: str, consent: str, allowed: Sequence[Kind], by: Actor, at: datetime
) -> Subscription:
    """`subscribe` in the running transaction, by whoever the caller knows to be entitled. Raises NoticeError."""
    open_id, consent = open_id.strip(), consent.strip()
    if not (open_id and consent and allowed):
        raise NoticeError(gettext("Give the WeChat identifier, how the person consented, and to what."), "consent")
    known = Subscription.objects.select_for_update().filter(benefit=benefit, ended_at__isnull=True).first()
    if known is None or known.open_id != open_id:
        if known:
            known.ended_at = at
            known.save(update_fields=["ended_at"])
        known = Subscription(benefit=benefit, region=benefit.region, open_id=open_id)
    known.consent, known.consented_at, known.doer_label = consent, at, by.label
    known.left = {**known.left, **{kind.value: int(known.left.get(kind.value, 0)) + 1 for kind in allowed}}
    known.save()
    record(
        kinds.Kind.SUBSCRIPTION_CHANGED, by=by, at=at, on=_on(benefit),
        after={"subscribed": True, "consent": consent, "left": known.left},
    )  # fmt: skip
    return known


@transaction.atomic
def unsubscribe(*, benefit: int, reason: str, by: Actor, at: datetime) -> None:
    """A recipient takes the consent back. Raises NoticeError where there is none, NotAllowedError."""
    found = _benefit_locked(benefit)
    require(by, Act.CORRECT, found.region)
    end_subscription(found, reason=reason, by=by, at=at)


def end_subscription(benefit: Benefit, *, reason: str, by: Actor, at: datetime) -> None:
    """`unsubscribe` in the running transaction; what waits for WeChat goes by another channel. Raises NoticeError."""
    found = Subscription.objects.select_for_update().filter(benefit=benefit, ended_at__isnull=True).first()
    if found is None:
        raise NotThereError(gettext("There is no such subscription in your region."))
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    _turn_back(benefit, Channel.WECHAT, by, at, why="consent_withdrawn")
    record(
        kinds.Kind.SUBSCRIPTION_CHANGED, by=by, at=at, on=_on(benefit), reason=reason.strip(),
        before={"subscribed": True}, after={"subscribed": False},
    )  # fmt: skip


def _benefit_locked(key: int) -> Benefit:
    found = Benefit.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise NotThereError(gettext("There is no such benefit in your region."))
    return found


def _on(benefit: Benefit) -> Subject:
    return Subject("benefit", str(benefit.pk), benefit.region)


def _turn_back(benefit: Benefit, channel: Channel, by: Actor, at: datetime, why: str = "marked_wrong") -> None:
    """What waits for an address that leads nowhere any more ends there and goes by another channel."""
    waiting = Notice.objects.select_for_update().filter(benefit=benefit, channel=channel, state=State.QUEUED)
    for each in waiting:
        end_undeliverable(each, why, by=by, at=at)


def _locked(key: int) -> Notice:
    found = Notice.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise NotThereError(gettext("There is no such notice in your region."))
    return found


def _require_telling(by: Actor, region: str) -> None:
    if not any(may(by, act, region) for act in TELLING):
        require(by, Act.WORK_CASES, region)


def _subject(notice: Notice) -> Subject:
    return Subject("notice", str(notice.pk), notice.region)
