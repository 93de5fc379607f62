"""Why pay stops: the words of rules.events beside those that the roster and the pay system use (AAE160)."""

from __future__ import annotations

from collections.abc import Mapping

from anling.rules.events import EventKind

SUSPEND_REASONS: Mapping[EventKind, str] = {
    EventKind.NOT_CERTIFIED: "no_proof_of_life",
    EventKind.PRISON: "sentenced",
    EventKind.DETAINED: "detained",
    EventKind.MISSING: "missing",
    EventKind.PAROLE_REVOKED: "sentenced",
    EventKind.DEATH: "death",
    EventKind.DECLARED_DEAD: "death",
    EventKind.TWO_PENSIONS: "joined_employee_scheme",
    EventKind.NATIONALITY_LOST: "nationality_lost",
}
"""Reason of a stop or end → the word that the roster keeps in suspend_reason."""

NOT_CERTIFIED = SUSPEND_REASONS[EventKind.NOT_CERTIFIED]
"""The one reason that a pass alone lifts (platform.md, "People, benefits, regions")."""
