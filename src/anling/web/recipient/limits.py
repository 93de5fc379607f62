"""How often a stranger may ask from one address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from anling.access.addresses import client_network
from anling.access.limits import within_limit

HOUR = timedelta(hours=1)


def allowed(request: HttpRequest, what: str, most: int, at: datetime) -> bool:
    """Whether one more request of a kind from this address is within the limit of an hour; it is counted."""
    return within_limit(f"me:{what}:{client_network(request)}", most=most, of=HOUR, at=at)
