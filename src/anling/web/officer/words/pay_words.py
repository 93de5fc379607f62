"""What the words of pay runs are called on pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anling.payment import wording

RUN_STATES = {
    "draft": (wording.RUN_STATES["draft"], "secondary"),
    "signed": (wording.RUN_STATES["signed"], "blue"),
    "approved": (wording.RUN_STATES["approved"], "azure"),
    "exported": (wording.RUN_STATES["exported"], "orange"),
    "acknowledged": (wording.RUN_STATES["acknowledged"], "green"),
    "closed": (wording.RUN_STATES["closed"], "green"),
    "stopped": (wording.RUN_STATES["stopped"], "red"),
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
    "held_feed_unhealthy": _(
        "a source that could have proved life is missing, late, full of errors or not compared yet"
    ),
    "held_appeal": _("an appeal is open"),
    "held_case": _("a case is in work"),
    "no_base": _("no month is known to count from"),
    "unknown_since": _("it is not known since when pay was withheld"),
    "unknown_amount": _("no monthly amount is known"),
    "on_application": _("arrears wait for their application"),
    "contradicted": _("the facts about pay contradict each other"),
}


def held_words(holds: str, feeds: Sequence[str] = ()) -> list[str]:
    """Why a line is held, each reason in words. feeds: names of the sources because of which its run holds stops."""
    return [held_word(code, feeds) for code in holds.split()]


def held_word(code: str, feeds: Sequence[str] = ()) -> str:
    """One reason in words, with the sources that it is about."""
    said = str(HOLDS.get(code, code))
    return f"{said}: {', '.join(feeds)}" if feeds and code == "held_feed_unhealthy" else said


EVENTS = {
    "death": _("died"),
    "declared_dead": _("declared dead by a court"),
    "detained": _("detained or wanted, not yet judged"),
    "prison": _("serving a prison term"),
    "parole_revoked": _("parole revoked"),
    "community_correction": _("community correction or probation: pay goes on"),
    "parole": _("on parole: pay goes on"),
    "missing": _("missing for over six months"),
    "two_pensions": _("draws two basic pensions"),
    "nationality_lost": _("lost the nationality"),
    "not_certified": _("not certified in time"),
}
FACTS = {
    "stop": pgettext_lazy("fact of pay", "Paused"),
    "end": pgettext_lazy("fact of pay", "Ended"),
    "resumption": pgettext_lazy("fact of pay", "Resumed"),
    "reversal": pgettext_lazy("fact of pay", "Undone"),
    "paid": pgettext_lazy("fact of pay", "Paid"),
    "withheld": pgettext_lazy("fact of pay", "Not paid"),
    "arrears_paid": pgettext_lazy("fact of pay", "Arrears paid"),
    "recovered": pgettext_lazy("fact of pay", "Came back"),
    "returned": pgettext_lazy("fact of pay", "Given back"),
    "waived": pgettext_lazy("fact of pay", "Waived"),
}
STANDINGS = {
    "before_start": _("before the benefit began"),
    "due": _("due"),
    "suspended": pgettext_lazy("month of pay", "paused"),
    "forfeited": _("not owed"),
    "ended": pgettext_lazy("month of pay", "ended"),
}
REASONS = {
    **EVENTS,
    "wrongful": _("it was wrong"),
    "date_corrected": _("the date was corrected"),
    "declaration_revoked": _("the court revoked its declaration"),
    "order": _("by order"),
    "instalment": _("in instalments"),
    "offset_arrears": _("kept back from arrears"),
    "offset_pay": _("kept back from pay"),
}
RECOVERY_STATES = {
    "open": (wording.RECOVERY_STATES["open"], "orange"),
    "ordered": (wording.RECOVERY_STATES["ordered"], "blue"),
    "agreed": (wording.RECOVERY_STATES["agreed"], "azure"),
    "settled": (wording.RECOVERY_STATES["settled"], "green"),
    "cancelled": (wording.RECOVERY_STATES["cancelled"], "secondary"),
}
RECOVERY_KINDS = {"overpayment": _("Overpayment, without fault"), "fraud": _("Fraud")}
OFFSETS = {
    "": _("Not kept back"),
    "arrears": _("From arrears"),
    "pay": _("From pay"),
    "both": _("From arrears and pay"),
}
MISMATCHES = {
    "pay_status": _("The pay system holds another status"),
    "not_acknowledged": _("The pay system did not carry it out"),
    "amount": _("No monthly amount is known; what was overpaid cannot be reckoned"),
    "unknown_benefit": _("The pay system names a line that was not sent"),
}


def fact_row(row: Any) -> dict[str, Any]:
    """A fact of pay in words."""
    return {"it": row, "what": FACTS.get(row.what, row.what), "reason": REASONS.get(row.reason, row.reason)}
