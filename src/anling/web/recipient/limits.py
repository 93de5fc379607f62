"""How often a stranger may ask from one address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.addresses import client_network
from anling.access.limits import within_limit
from anling.notices.rule import rule_on

HOUR = timedelta(hours=1)


def allowed(request: HttpRequest, what: str, most: int, at: datetime) -> bool:
    """Whether one more request of a kind from this address is within the limit of an hour; it is counted."""
    return within_limit(f"me:{what}:{client_network(request)}", most=most, of=HOUR, at=at)


def too_many() -> str:
    """What somebody is told who asked too often."""
    said = gettext("Too many messages from here. Please try again in an hour, or call %(phone)s.")
    return said % {"phone": hotline()}


def hotline() -> str:
    """The telephone for everybody of whom we do not know, or may not say, which agency pays them."""
    return rule_on(timezone.localdate()).hotline
