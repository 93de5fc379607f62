"""A recipient agrees to messages by WeChat, on a page of their own, by a link that an officer handed to them.

WeChat wants the person's own consent, on their own telephone, for each message. The link names the benefit and is
signed; whoever has it still says the last four characters of the identity number, so that one that went astray opens
nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import kinds
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Actor, Scope, machine
from anling.notices.errors import NoticeError, NotThereError
from anling.notices.models import Kind, Subscription
from anling.notices.operations import end_subscription, keep_subscription
from anling.notices.ports import ConsentDesk, RefusedError, UnavailableError
from anling.notices.rule import rule_on
from anling.roster.models import Benefit
from anling.territory.queries import phone_of

PAGE = machine("recipients' page")
_SALT = "anling.notices.consenting"


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for, as the page shows it. name: its first character; left: kind → messages still allowed."""

    benefit: int
    region: str
    name: str
    scheme: str
    left: Mapping[str, int]
    subscribed: bool
    """Whether a consent stands, even where all of it is used up: it can be taken back."""
    phone: str
    """The telephone of the agency that pays, that of everybody where it has none."""


@transaction.atomic
def invite(*, benefit: int, by: Actor, at: datetime) -> str:
    """The token of a link for the recipient of a benefit, recorded. Raises NoticeError, NotAllowedError."""
    found = Benefit.objects.filter(pk=benefit).first()
    if found is None:
        raise NotThereError(gettext("There is no such benefit in your region."))
    require(by, Act.CORRECT, found.region)
    day = timezone.localdate(at)
    until = day + timedelta(days=rule_on(day).consent_link_days)
    record(
        kinds.Kind.SUBSCRIPTION_CHANGED, by=by, at=at, on=Subject("benefit", str(benefit), found.region),
        after={"invited_until": until.isoformat()},
    )  # fmt: skip
    return signing.dumps({"benefit": benefit, "region": found.region, "until": until.isoformat()}, salt=_SALT)


def invited(*, token: str, at: datetime) -> Invited:
    """Whom a link is for. Raises NoticeError where it is not ours, has run out, or the benefit has moved away."""
    key, region = _read(token, at)
    with within(Scope(region)):
        found = Benefit.objects.select_related("person").filter(pk=key).first()
        if found is None:
            raise _no_link()
        held = Subscription.objects.filter(benefit=key, ended_at__isnull=True).first()
    phone = phone_of(found.agency) or rule_on(timezone.localdate(at)).hotline
    left = {kind: int(count) for kind, count in held.left.items()} if held else {}
    return Invited(key, region, f"{found.person.name[:1]}**", found.scheme, left, held is not None, phone)


def proves(*, token: str, last: str, at: datetime) -> bool:
    """Whether somebody knows the end of the identity number of the person whom a link is for. Raises NoticeError."""
    key, region = _read(token, at)
    with within(Scope(region)):
        number = Benefit.objects.select_related("person").get(pk=key).person.id_number
    return hmac.compare_digest(number[-4:].upper().encode(), last.strip().upper().encode())


def agreed(*, token: str, code: str, desk: ConsentDesk, at: datetime) -> Invited:
    """What WeChat says of a code becomes the person's consent: one more message of each kind that they allowed.

    Raises NoticeError for a code that stands for nothing, for a refusal, and where WeChat does not answer.
    """
    key, region = _read(token, at)
    try:
        said = desk.exchange(code)
    except RefusedError as error:
        raise NoticeError(gettext("WeChat does not know of your answer any more. Please begin again.")) from error
    except UnavailableError as error:
        raise NoticeError(gettext("WeChat does not answer at the moment. Please try again in a while.")) from error
    kinds_ = [Kind(each) for each in said.kinds]
    if not kinds_:
        raise NoticeError(gettext("You allowed no messages this time. Nothing has changed."))
    with within(Scope(region)):
        benefit = Benefit.objects.select_for_update().get(pk=key)
        keep_subscription(
            benefit, open_id=said.open_id, consent="page, in WeChat", allowed=kinds_, by=PAGE, at=at
        )  # fmt: skip
    return invited(token=token, at=at)


def withdrawn(*, token: str, at: datetime) -> None:
    """The person wants no more messages by WeChat; what waits goes by telephone or post. Raises NoticeError."""
    key, region = _read(token, at)
    with within(Scope(region)):
        benefit = Benefit.objects.select_for_update().get(pk=key)
        end_subscription(benefit, reason="by the person, on the page", by=PAGE, at=at)


def _read(token: str, at: datetime) -> tuple[int, str]:
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise _no_link() from error
    if timezone.localdate(at) > date.fromisoformat(said["until"]):
        raise NoticeError(gettext("This link has run out. Ask the social insurance office for a new one."))
    return int(said["benefit"]), str(said["region"])


def _no_link() -> NoticeError:
    return NotThereError(gettext("This link leads nowhere. Ask the social insurance office for a new one."))
