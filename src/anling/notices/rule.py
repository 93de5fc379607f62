"""The policy as this room asks for it: read once by a process."""

from __future__ import annotations

from datetime import date
from functools import cache

from anling.policy import NoticeRule, Policy, load


@cache
def shipped() -> Policy:
    """The policy as shipped."""
    return load()


def rule_on(day: date) -> NoticeRule:
    """How people are told on a day."""
    return shipped().notice_rule(day)
