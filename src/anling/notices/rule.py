"""The policy as this room asks for it."""

from __future__ import annotations

from datetime import date

from anling.policy import NoticeRule, load


def rule_on(day: date) -> NoticeRule:
    """How people are told on a day, by the policy as shipped."""
    return load().notice_rule(day)
