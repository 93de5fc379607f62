"""The words of results in the language of the page: the phrases of the comparison, nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from anling.comparison.phrases import HEALTH, LISTS, REASONS, SCHEMES, Phrase, joined
from anling.rules.evidence import ListName, Reason, Scheme

COLOURS = {
    ListName.ELIGIBLE: "green",
    ListName.LOST: "red",
    ListName.TO_VERIFY: "orange",
    ListName.NO_EVIDENCE: "azure",
}
"""A colour beside each list's name, never in its place."""
__all__ = ["COLOURS", "HEALTH", "list_name", "reason_names", "reasons_name", "said", "scheme_name"]


def said(phrase: Phrase) -> str:
    """A phrase in the language of the page."""
    return phrase.zh if (get_language() or "zh").startswith("zh") else phrase.en


def list_name(code: str) -> str:
    """A list by its code; a dash for a benefit that was not compared."""
    return said(LISTS[ListName(code)]) if code else "—"


def scheme_name(code: str) -> str:
    """A scheme by its code."""
    return said(SCHEMES[Scheme(code)])


def reason_names(codes: Iterable[str]) -> list[str]:
    """Reasons by their codes, one by one."""
    return [said(REASONS[Reason(code)]) for code in codes]


def reasons_name(codes: str) -> str:
    """Reasons, stored with blanks between, as one text."""
    return said(joined(REASONS[Reason(code)] for code in codes.split()))
