"""Flags that are shown on any list and move nobody (domain.md section 2, rules 5 and 7 and the reason codes)."""

from collections.abc import Sequence
from datetime import date

from tests.support.facts import Seen, Subject, month_of, usable


def flags(subject: Subject, records: Sequence[Seen], as_of: date) -> set[str]:
    shown = {
        "double_roster": subject.double_roster,
        "no_raise": no_raise(subject, records, as_of),
        "hint": emigrated(subject, records, as_of) or left_for_a_year(subject, records, as_of),
        "conflict_with_pass": loss_before_pass(subject, records, as_of),
    }
    return {reason for reason, holds in shown.items() if holds}


def no_raise(subject: Subject, records: Sequence[Seen], as_of: date) -> bool:
    reports = [seen for seen in usable(records, subject, as_of) if seen.no_raise]
    return any(month_of(seen.day) >= month_of(as_of) - 12 for seen in reports)


def emigrated(subject: Subject, records: Sequence[Seen], as_of: date) -> bool:
    return any(seen.sign == "hint" for seen in usable(records, subject, as_of))


def left_for_a_year(subject: Subject, records: Sequence[Seen], as_of: date) -> bool:
    """A border exit with no entry in the twelve months after it, those being over."""
    border = [seen for seen in usable(records, subject, as_of) if seen.feed == "police_border"]
    entries = [seen.day for seen in border if seen.code == "entry"]
    exits = [seen.day for seen in border if seen.code == "exit"]
    gone = [day for day in exits if not any(day <= entry <= a_year_after(day) for entry in entries)]
    return any(a_year_after(day) <= as_of for day in gone)


def a_year_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def loss_before_pass(subject: Subject, records: Sequence[Seen], as_of: date) -> bool:
    """A loss dated before a later pass of ours."""
    losses = [seen for seen in usable(records, subject, as_of) if seen.is_loss and seen.sign != "double_benefit"]
    return subject.last_pass is not None and any(month_of(loss.day) < subject.last_pass for loss in losses)
