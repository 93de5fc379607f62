"""From which address a request came: asked here alone, by limits, sessions and the trail."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

_NETWORK_V6 = 64
"""Bits of an IPv6 address that name a household; the rest its devices choose as they like."""


def client_address(request: HttpRequest) -> str:
    """The network address of whoever asked, '' where it is not known.

    Each of the settings.PROXIES proxies before the server adds the address that it saw to X-Forwarded-For, on the
    right. So the one that far from the right was written by the outermost of ours; what a client sends itself stands
    to the left of it and counts for nothing. A header with fewer did not come through all of them.
    """
    seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < settings.PROXIES <= len(seen) and (address := _plain(seen[-settings.PROXIES])):
        return address
    return _plain(str(request.META.get("REMOTE_ADDR", "")))


def client_network(request: HttpRequest) -> str:
    """What limits count by: the address, of IPv6 the network of one household."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{_NETWORK_V6}", strict=False).network_address)


def _plain(said: str) -> str:
    """The address alone: some proxies write its port, too, and brackets around IPv6; '' for anything else."""
    said = said.strip()
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return ""
