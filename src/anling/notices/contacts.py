"""By what a person can be reached, and what turned out not to reach them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from anling.notices.models import Channel, Subscription, WrongContact
from anling.roster.masking import masked
from anling.roster.models import Benefit

_SALT = "anling.notices.contacts"
_MASKED_AS = {Channel.SMS: "phone", Channel.WECHAT: "phone", Channel.POST: "address"}


def digest(address: str) -> str:
    """A keyed hash of an address: tells whether it is still the same, and nothing else."""
    return salted_hmac(_SALT, "".join(address.split()), algorithm="sha256").hexdigest()


def veiled(channel: str, address: str) -> str:
    """An address as a notice keeps it."""
    return masked(_MASKED_AS[Channel(channel)], address)[:60]


def address_of(benefit: Benefit, channel: str) -> str:
    """Where a channel leads to today; empty where it leads nowhere."""
    if channel == Channel.SMS:
        return benefit.phone.strip()
    if channel == Channel.POST:
        return benefit.address.strip()
    found = Subscription.objects.filter(benefit=benefit, ended_at__isnull=True).first()
    return found.open_id if found else ""


def is_wrong(benefit: Benefit, channel: str, address: str) -> bool:
    """Whether the address that a channel leads to is known not to reach the person."""
    return WrongContact.objects.filter(benefit=benefit, channel=channel, digest=digest(address)).exists()


def still_wrong(rows: Iterable[tuple[int, str, str, str]]) -> dict[str, list[int]]:
    """Channel → benefits whose address of today is a wrong one; from rows (benefit, channel, digest, address)."""
    found: dict[str, list[int]] = {channel.value: [] for channel in Channel}
    for benefit, channel, known, address in rows:
        if address and digest(address) == known:
            found[channel].append(benefit)
    return found
