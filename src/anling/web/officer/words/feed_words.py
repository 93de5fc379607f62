"""What deliveries are called on pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anling.audit.wording import heard
from anling.feeds.queries import FeedHealth
from anling.matching.health import Health
from anling.matching.normalise.rejections import FEED_REASONS, ROSTER_REASONS
from anling.policy.catalogue import CodeMeaning, Feed

Text = str | Promise

DEPARTMENTS: dict[str, Text] = {
    "police": _("Police"),
    "justice": _("Justice"),
    "court": _("Courts"),
    "civil_affairs": _("Civil affairs"),
    "health": pgettext_lazy("department", "Health"),
    "medical_insurance": _("Medical insurance"),
    "transport": _("Transport"),
    "government_services": _("Government services"),
    "social_insurance": _("Social insurance"),
    "ministry": _("Ministry"),
}


@dataclass(frozen=True, slots=True)
class Light:
    """A word with the colour of its badge; the word says it all, the colour repeats it."""

    word: Text
    colour: str


HEALTH = {
    Health.HEALTHY: Light(_("Healthy"), "green"),
    Health.MISSING: Light(_("Missing"), "red"),
    Health.LATE: Light(_("Late"), "orange"),
    Health.SHRUNK: Light(_("Far too few rows"), "red"),
    Health.SWOLLEN: Light(_("Far too many rows"), "orange"),
}
FAULTY = Light(_("Too many rows in quarantine"), "orange")
NOT_DUE = Light(_("Not due yet"), "secondary")
STATES = {
    "received": Light(_("Received, waiting to be read"), "blue"),
    "checking": Light(_("Being read"), "blue"),
    "ready": Light(_("Ready"), "green"),
    "refused": Light(_("Refused"), "red"),
    "replaced": Light(_("Replaced by a newer delivery"), "secondary"),
}
COLUMNS: dict[str, Text] = {
    "row_id": _("Number of the record"),
    "id_number": _("Identity number"),
    "name": _("Name"),
    "event_date": _("Day of the event"),
    "end_date": _("Last day"),
    "code": _("Code"),
    "birth_date": _("Born"),
    "sex": _("Sex"),
    "region": _("Region"),
}
"""Columns of a delivery."""
WAYS: dict[str, Text] = {
    "page": _("Upload page"),
    "command": _("Command line"),
    "inbox": _("Watched folder"),
}


ASSUMED = _("an assumption")
ASSUMED_GRADE = _("the grade is an assumption")


def lights(health: FeedHealth) -> list[Light]:
    """What ails a feed, or that nothing does."""
    ails = [HEALTH[state] for state in health.source.states if state is not Health.HEALTHY]
    return [*ails, *[FAULTY] * health.faulty] or [HEALTH[Health.HEALTHY]]


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def label(entry: Feed | CodeMeaning) -> str:
    """A feed or a code in the language of the page."""
    return entry.label_zh if _chinese() else entry.label_en


def proves(meaning: CodeMeaning) -> str:
    """What a code proves, in the language of the page."""
    return meaning.proves_zh if _chinese() else meaning.proves_en


def faked_by(meaning: CodeMeaning) -> str:
    """How a code goes wrong, in the language of the page."""
    return meaning.faked_by_zh if _chinese() else meaning.faked_by_en


def source(text: str) -> str:
    """Where a value of the catalogue comes from: the document's number, or the word for a judgement of our own."""
    return text.replace("assumption (grade)", str(ASSUMED_GRADE)).replace("assumption", str(ASSUMED))


def rejection(code: str) -> str:
    """Why a row of a feed or of a roster is not taken in, in the language of the page; the code where it is unknown."""
    found = FEED_REASONS.get(code) or ROSTER_REASONS.get(code)
    return code if found is None else found.zh if _chinese() else found.en


def rejected(code: str, message: str) -> str:
    """What intake said of one row, with what stood there, in the language of the page."""
    found = FEED_REASONS.get(code) or ROSTER_REASONS.get(code)
    both = f"{found.zh} / {found.en}" if found else ""
    return rejection(code) + message.removeprefix(both) if both and message.startswith(both) else heard(message)


def department(feed: Feed) -> Text:
    """The department that sends a feed."""
    return DEPARTMENTS.get(feed.department, feed.department)
