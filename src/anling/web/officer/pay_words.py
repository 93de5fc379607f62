"""What the words of pay runs are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

RUN_STATES = {
    "draft": (pgettext_lazy("pay run", "Draft"), "secondary"),
    "signed": (pgettext_lazy("pay run", "Signed"), "blue"),
    "approved": (pgettext_lazy("pay run", "Approved"), "azure"),
    "exported": (pgettext_lazy("pay run", "Handed over"), "orange"),
    "acknowledged": (pgettext_lazy("pay run", "Answered"), "green"),
    "closed": (pgettext_lazy("pay run", "Closed"), "green"),
    "stopped": (pgettext_lazy("pay run", "Stopped"), "red"),
}
ACTIONS = {
    "stop": pgettext_lazy("pay", "Pay pauses"),
    "resume": pgettext_lazy("pay", "Pay resumes"),
    "end": pgettext_lazy("pay", "Pay ends"),
    "arrears": pgettext_lazy("pay", "Arrears"),
    "offset": pgettext_lazy("pay", "Kept back"),
}
LINE_STATES = {
    "proposed": pgettext_lazy("pay line", "Proposed"),
    "held": pgettext_lazy("pay line", "Held"),
    "dropped": pgettext_lazy("pay line", "Taken out"),
    "approved": pgettext_lazy("pay line", "Approved"),
    "done": pgettext_lazy("pay line", "Done"),
    "refused": pgettext_lazy("pay line", "Refused by the pay system"),
}
HOLDS = {
    "held_no_warning": _("no warning was delivered and nobody tried to reach the person"),
    "held_no_contact": _("the warning could not be delivered; somebody has to try to reach the person"),
    "held_feed_unhealthy": _("a source that could have proved life did not deliver"),
    "held_appeal": _("an appeal is open"),
    "held_case": _("a case is in work"),
    "no_base": _("no month is known to count from"),
    "unknown_since": _("it is not known since when pay was withheld"),
    "unknown_amount": _("no monthly amount is known"),
    "on_application": _("arrears wait for their application"),
}


def held_words(holds: str) -> list[str]:
    """Why a line is held, each reason in words."""
    return [str(HOLDS.get(code, code)) for code in holds.split()]
