"""What the facts of an entry of the trail are called on pages: the name of each, and a state by its word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anling.roster.wording import FIELDS, IMPORT_STATES, REGIONS
from anling.territory.queries import names_of
from anling.web.labels import FINDING_STATES
from anling.web.officer.words import case_words, feed_words, pay_words

FACTS: Mapping[str, str | Promise] = {
    **FIELDS,
    "about": _("About"),
    "action": _("Action"),
    "active": _("Active"),
    "added": _("Added"),
    "amount": _("Amount"),
    "arrears": _("Arrears"),
    "as_of": _("As of"),
    "assignee": _("Assigned to"),
    "batch": _("Batch"),
    "benefits": _("Benefits"),
    "case": _("Case"),
    "changed": _("Changed"),
    "channel": _("Channel"),
    "cutoff": _("Cut-off"),
    "day": _("Day"),
    "document": _("Document"),
    "feed": _("Feed"),
    "field": _("Field"),
    "file": _("File"),
    "finding": _("Finding"),
    "format": _("Format"),
    "gone": _("Not in the file"),
    "hours": _("Hours"),
    "instalments": _("In instalments"),
    "kept": _("Kept person"),
    "key": _("Key of the object"),
    "kind": _("Kind"),
    "language": _("Language"),
    "latitude": _("Latitude"),
    "lines": _("Lines"),
    "list": _("List"),
    "longitude": _("Longitude"),
    "merge": _("Merge"),
    "merged": _("Merged person"),
    "month": _("Month"),
    "notice": _("Notice"),
    "outcome": _("Outcome"),
    "page": _("Page"),
    "people": _("People"),
    "quarantined": _("In quarantine"),
    "reason": _("Reason"),
    "region_id": _("Region"),
    "rejected": _("Rejected"),
    "replaces": _("Replaces"),
    "replay_of": _("Repeats run"),
    "role": _("Role"),
    "rows": _("Rows"),
    "scopes": _("Scopes"),
    "sessions": _("Sessions"),
    "source": _("Source"),
    "state": _("State"),
    "template": _("Template"),
    "text": _("Name or number"),
    "terminal": _("Self-service terminal"),
    "type": _("Kind"),
    "unchanged": _("Unchanged"),
    "username": _("Account name"),
    "valid_from": pgettext_lazy("day", "From"),
    "valid_to": _("Last day"),
    "way": pgettext_lazy("trail", "Way"),
    "why": _("Why"),
}
"""Names of facts; one that is not here is shown as it is stored."""
_STATES: Mapping[str, Mapping[str, Any]] = {
    "batch": feed_words.STATES,
    "case": case_words.STATES,
    "finding": {**case_words.FINDING_STATES, **FINDING_STATES},
    "payrun": pay_words.RUN_STATES,
    "recovery": pay_words.RECOVERY_STATES,
    "rosterimport": IMPORT_STATES,
}


def fact(name: str) -> str:
    """The name of a fact in the language of the page."""
    return str(FACTS.get(name, name))


def value(object_type: str, name: str, stored: object) -> str:
    """What is stored under a name, as a page says it: '' for nothing."""
    if stored is None or stored == "":
        return ""
    if isinstance(stored, bool):
        return gettext("yes") if stored else gettext("no")
    if isinstance(stored, list):
        return ", ".join(value(object_type, name, each) for each in stored)
    if isinstance(stored, dict):
        return "; ".join(f"{fact(key)}: {value(object_type, key, each)}" for key, each in stored.items())
    if name in (*REGIONS, "region_id"):
        return names_of([str(stored)]).get(str(stored), str(stored))
    if name == "state":
        return _word(_STATES.get(object_type, {}).get(str(stored), stored))
    if name == "way" and object_type == "batch":
        return str(feed_words.WAYS.get(str(stored), stored))
    return str(stored)


def _word(found: Any) -> str:
    """Tables of states hold words, or words with the colour of their badge."""
    if isinstance(found, feed_words.Light):
        return str(found.word)
    return str(found[0]) if isinstance(found, tuple) else str(found)
