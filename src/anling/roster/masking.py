"""How a personal field is shown to those who have not asked to see it: the ends, and stars between."""

from __future__ import annotations

from anling.rules import numbers

ENDS = {"phone": (3, 2), "address": (6, 0)}
"""Masked fields that are no numbers of documents, and how many characters stay visible at either end."""

CODES = ("person_no", "benefit_no")
"""Codes of which an identity number may be a part."""


def masked(field: str, value: str) -> str:
    """The value with stars where it must not be read; fields that are not personal come back as they are."""
    if field == "id_number":
        return numbers.masked(value)
    if field in CODES:
        return numbers.shown(value)
    if field not in ENDS or not value:
        return value
    head, tail = ENDS[field]
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + (value[-tail:] if tail else "")
