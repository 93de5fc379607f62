"""What jobs of the background and the queues in which they wait are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

JOBS: Mapping[str, str | Promise] = {
    "access.forget": _("Forget old attempts to sign in and to ask"),
    "api.forget": _("Forget old answers of the interface"),
    "audit.seal": _("Seal the trail"),
    "audit.seal_all": _("Seal all of the trail"),
    "audit.verify": _("Verify the trail"),
    "casework.adopt": _("Take over a comparison into passes and cases"),
    "casework.ask_after_terms": _("Ask whether people whose term is over are free"),
    "comparison.clear_what_ifs": _("Clear old what-ifs"),
    "comparison.moves": _("Lay two comparisons beside each other"),
    "comparison.run": _("Compare"),
    "comparison.what_if": _("Answer a what-if"),
    "feeds.look_into_inbox": _("Look into the watched folder"),
    "feeds.take_in_batch": _("Read a delivery"),
    "notices.ask_receipts": _("Ask what became of notices"),
    "notices.results": _("Tell results"),
    "notices.send": _("Send notices"),
    "notices.warn": _("Warn whose clock runs out"),
    "payment.forecast": _("Make a forecast"),
    "payment.open_baseless": _("Open cases of whom nothing is known to count from"),
    "payment.propose": _("Draft a pay run"),
    "roster.apply": _("Apply a roster file"),
    "roster.check": _("Compare a roster file"),
    "site.clear_old": _("Clear what is out of date"),
}
"""What a job of the background does, by its name."""
QUEUES: Mapping[str, str | Promise] = {
    "audit": _("Trail"),
    "comparison": pgettext_lazy("queue", "Comparisons"),
    "default": _("Upkeep"),
    "housekeeping": _("Upkeep of the interface"),
    "imports": pgettext_lazy("queue", "Roster files"),
    "intake": pgettext_lazy("queue", "Deliveries"),
    "notices": pgettext_lazy("queue", "Notices"),
    "payment": pgettext_lazy("queue", "Pay runs and forecasts"),
}
"""What waits behind each other, by the name of the queue."""
