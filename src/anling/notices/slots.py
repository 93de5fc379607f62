"""When a message may reach a telephone: not in quiet hours, by the clock of Asia/Shanghai."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from anling.policy import NoticeRule

CHINA = ZoneInfo("Asia/Shanghai")
WEEK = timedelta(days=7)


def quiet(rule: NoticeRule, at: datetime) -> bool:
    """Whether a moment lies in the quiet hours."""
    hour = at.astimezone(CHINA).hour
    if rule.quiet_from <= rule.quiet_until:
        return rule.quiet_from <= hour < rule.quiet_until
    return hour >= rule.quiet_from or hour < rule.quiet_until


def next_open(rule: NoticeRule, at: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if not quiet(rule, at):
        return at
    local = at.astimezone(CHINA)
    opens = local.replace(hour=rule.quiet_until, minute=0, second=0, microsecond=0)
    return opens if opens > local else opens + timedelta(days=1)


def again_after(rule: NoticeRule, tries: int, at: datetime) -> datetime:
    """When a message is tried once more that the gateway did not take `tries` times: each wait twice the one before."""
    return next_open(rule, at + timedelta(minutes=rule.first_wait_minutes * 2 ** (tries - 1)))
