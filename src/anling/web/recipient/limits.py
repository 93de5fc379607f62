"""How often somebody may ask from one address; kept in the cache of the database, over all processes."""

from __future__ import annotations

import time
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from anling.notices.rule import rule_on

HOUR = 3600


def allowed(request: HttpRequest, what: str, most: int) -> bool:
    """Whether one more request of a kind from this address is within the limit of an hour; it is counted."""
    address = sha256(str(request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:20]
    key = f"me:{what}:{address}:{int(time.time() // HOUR)}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= most


def too_many() -> str:
    """What somebody is told who asked too often."""
    said = gettext("Too many messages from here. Please try again in an hour, or call %(phone)s.")
    return said % {"phone": hotline()}


def hotline() -> str:
    """The telephone for everybody of whom we do not know, or may not say, which agency pays them."""
    return rule_on(timezone.localdate()).hotline
