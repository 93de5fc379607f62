"""What stored words of cases are called on pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

KINDS = {
    "to_verify": _("To verify"),
    "lost": _("Lost (proposed)"),
    "no_base": _("Nothing to count from"),
    "appeal": _("Appeal"),
    "report": _("Reported"),
}
STATES = {
    "open": pgettext_lazy("case", "Open"),
    "in_work": pgettext_lazy("case", "In work"),
    "found": pgettext_lazy("case", "Waits for approval"),
    "returned": pgettext_lazy("case", "Returned"),
    "closed": pgettext_lazy("case", "Closed"),
}
COLOURS = {"open": "azure", "in_work": "blue", "found": "orange", "returned": "red", "closed": "secondary"}
OUTCOMES = {
    "alive": _("Alive"),
    "dead": _("Dead"),
    "in_custody": _("In custody"),
    "missing": pgettext_lazy("finding", "Missing"),
    "double_benefit": _("Draws two basic pensions"),
    "nationality_lost": _("No longer Chinese"),
    "moved": _("Moved away"),
    "cannot_be_found": _("Cannot be found"),
    "source_error": _("The department's record is wrong"),
    "off_list": _("No longer listed"),
}
FINDING_STATES = {
    "pending": _("Waits for a second officer"),
    "approved": _("Approved"),
    "returned": pgettext_lazy("case", "Returned"),
    "final": pgettext_lazy("finding", "Final"),
}
WAYS_OF_ATTEMPT = {
    "phone": pgettext_lazy("attempt", "Phone call"),
    "visit": pgettext_lazy("attempt", "Visit"),
    "unit": pgettext_lazy("attempt", "Through the unit"),
    "message": pgettext_lazy("attempt", "Message"),
    "counter": pgettext_lazy("attempt", "At the counter"),
}
RESULTS = {
    "reached": _("Reached in person"),
    "family_reached": _("Family reached"),
    "no_answer": _("No answer"),
    "wrong_number": _("Wrong number or address"),
    "moved_away": _("Moved away"),
    "refused": _("Refused to answer"),
}
WAYS_OF_PASS = {
    "visit": _("Visit at home"),
    "outlet": _("At a counter"),
    "unit": _("By the unit, in person"),
    "remote": _("Video call"),
    "cooperation": _("By another region"),
    "consular": _("Paper of a consulate"),
}
WAYS_OF_APPEAL = {
    "page": _("Own page"),
    "counter": pgettext_lazy("attempt", "At the counter"),
    "letter": _("Letter"),
    "officer": _("An officer for them"),
}
APPEAL_STATES = {
    "open": pgettext_lazy("appeal", "Open"),
    "upheld": _("Upheld"),
    "dismissed": _("Dismissed"),
}
VERDICTS = {"confirmed": _("Confirmed"), "refuted": _("Refuted")}
STEPS = {
    "": _("Waiting for the worker"),
    "passes": _("Recording passes"),
    "listed": _("Collecting who is listed"),
    "cases": _("Opening and updating cases"),
    "closing": _("Closing what is no longer listed"),
}
_EVENTS = {
    "opened": _("Case opened"),
    "reopened": _("Case opened again: nothing was remedied"),
    "listed_again": _("Listed again by a later run"),
    "no_longer_listed": _("A later run no longer lists this person"),
    "off_list": _("Closed: a later run no longer lists this person"),
    "taken": _("Taken"),
    "released": _("Given back"),
    "assigned": pgettext_lazy("case", "Assigned"),
    "handed_over": _("Handed over"),
    "attempt": _("Contact attempt"),
    "document": _("Document attached"),
    "finding": _("Finding"),
    "approved": _("Finding approved"),
    "returned": _("Finding returned"),
    "closed": _("Case closed"),
    "appeal": _("Appeal received"),
    "appeal_again": _("Added to the appeal, sent once more"),
    "appeal_decided": _("Appeal decided"),
}
_MISSING = {
    "application_next_month": _("the month of the application is not known"),
    "application_month": _("the month of the application is not known"),
    "approval_month": _("the month of the approval is not known"),
    "benefit_start": _("the month in which the benefit began is not known"),
    "none": _("the policy counts from nothing but a pass"),
}
"""What would have to be known of somebody who never passed, by the first base of the policy."""
_DETAILS = {
    "outcome": OUTCOMES, "way": {**WAYS_OF_ATTEMPT, **WAYS_OF_APPEAL}, "result": RESULTS, "kind": KINDS,
    "state": APPEAL_STATES,
}  # fmt: skip


def word(table: dict[str, Any], code: str) -> str:
    """A stored word in the language of the page; as stored where it has no name."""
    return str(table.get(code, code))


def happened(what: str, details: dict[str, Any]) -> str:
    """A line of a history as a sentence would begin: what, and the details that people read."""
    said = [word(_EVENTS, what)]
    said += [word(_DETAILS[name], str(details[name])) for name in _DETAILS if details.get(name)]
    said += [word(_MISSING, code) for code in str(details.get("missing", "")).split()]
    said += [str(details[name]) for name in ("to", "name", "day") if details.get(name)]
    if details.get("run"):
        said.append(gettext("run %(number)s") % {"number": details["run"]})
    return " · ".join(said)
