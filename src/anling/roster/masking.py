"""How a personal field is shown to those who have not asked to see it: the ends, and stars between."""

from __future__ import annotations

PERSONAL = {"id_number": (4, 4), "phone": (3, 2), "address": (6, 0)}
"""Masked fields, and how many characters stay visible at either end."""


def masked(field: str, value: str) -> str:
    """The value with stars where it must not be read; fields that are not personal come back as they are."""
    if field not in PERSONAL or not value:
        return value
    head, tail = PERSONAL[field]
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + (value[-tail:] if tail else "")
