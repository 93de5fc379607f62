"""How numbers, phones and addresses are shown by default: enough to tell two people apart, too little to misuse."""

from __future__ import annotations


def mask_number(number: str) -> str:
    """First four and last four characters: `4401**********123X`; a short one keeps its first and last alone."""
    return _keep(number, 4, 4)


def mask_phone(phone: str) -> str:
    """First three and last four digits: `138****5678`."""
    return _keep(phone, 3, 4)


def mask_address(address: str) -> str:
    """The first six characters, which name the city or the district; nothing of street and house."""
    return address[:6] + "*" * min(len(address) - 6, 6) if len(address) > 6 else "*" * len(address)


def _keep(text: str, first: int, last: int) -> str:
    if len(text) > first + last:
        return text[:first] + "*" * (len(text) - first - last) + text[-last:]
    return text[0] + "*" * (len(text) - 2) + text[-1] if len(text) > 2 else "*" * len(text)
