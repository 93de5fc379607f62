"""Which event of the table of domain.md, section 1, a finding says: part of what its officer signs.

What each event does to pay is that table (anling.rules.events). The second officer agrees, or returns the finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from anling.casework.models import Finding, Outcome
from anling.rules.events import EventKind

EVENTS: Mapping[str, tuple[EventKind, ...]] = {
    Outcome.DEAD: (EventKind.DEATH, EventKind.DECLARED_DEAD),
    Outcome.IN_CUSTODY: (
        EventKind.DETAINED, EventKind.PRISON, EventKind.PAROLE_REVOKED, EventKind.COMMUNITY_CORRECTION,
        EventKind.PAROLE,
    ),
    Outcome.MISSING: (EventKind.MISSING,),
    Outcome.DOUBLE_BENEFIT: (EventKind.TWO_PENSIONS,),
    Outcome.NATIONALITY_LOST: (EventKind.NATIONALITY_LOST,),
}  # fmt: skip
"""Finding → the events that it can be; the first unless its officer says otherwise. Other findings are none."""


def usual(outcome: str, until: date | None) -> EventKind | None:
    """What a finding is unless its officer says otherwise; None where it takes nothing away.

    Custody with a known end is a term, without one detention before a judgment, after which arrears may be due.
    """
    if outcome == Outcome.IN_CUSTODY and until:
        return EventKind.PRISON
    return next(iter(EVENTS.get(outcome, ())), None)


def event_of(found: Finding) -> EventKind | None:
    """What a finding says; of one from before it was said, what such a finding usually is."""
    return EventKind(found.event) if found.event else usual(found.outcome, found.until)
