"""What the states of pay runs and recoveries are called, and why a ledger is refused: for refusals and pages alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anling.audit.wording import worded
from anling.rules.ledger import LedgerError, Refusal

RUN_STATES = {
    "draft": pgettext_lazy("pay run", "Draft"),
    "signed": pgettext_lazy("pay run", "Signed"),
    "approved": pgettext_lazy("pay run", "Approved"),
    "exported": pgettext_lazy("pay run", "Handed over"),
    "acknowledged": pgettext_lazy("pay run", "Answered"),
    "closed": pgettext_lazy("pay run", "Closed"),
    "stopped": pgettext_lazy("pay run", "Stopped"),
}
RECOVERY_STATES = {
    "open": pgettext_lazy("recovery", "Open"),
    "ordered": pgettext_lazy("recovery", "Ordered"),
    "agreed": pgettext_lazy("recovery", "In instalments"),
    "settled": pgettext_lazy("recovery", "Settled"),
    "cancelled": pgettext_lazy("recovery", "Cancelled"),
}
LEDGER_REFUSALS = {
    Refusal.REF_USED_TWICE: _("two different facts bear one name"),
    Refusal.PAID_TWICE: _("a month is reported as paid twice"),
    Refusal.PAID_AND_WITHHELD: _("a month is reported as paid and as withheld"),
    Refusal.UNKNOWN_STOP: _("something is lifted that was never stopped or ended"),
    Refusal.END_NOT_RESUMED: _("an end was resumed; it can only be undone"),
    Refusal.RESUMED_TWICE: _("a stop is resumed twice"),
    Refusal.REVERSED_TWICE: _("a stop or end is undone twice"),
    Refusal.LIFTED_BEFORE: _("a stop is lifted from a month before it began"),
    Refusal.NOT_A_DECLARATION: _("a declaration of death is revoked where there was none"),
    Refusal.RETURNED_TOO_MUCH: _("more was given back than had been recovered"),
}


def ledger_refusal(error: LedgerError) -> str:
    """Why pay cannot be reckoned, in the language of whoever reads it."""
    return worded(
        "The facts about pay contradict each other: %(why)s. Correct them with the pay system, or ask the system"
        " administrator.",
        why=LEDGER_REFUSALS[error.refusal],
    )
