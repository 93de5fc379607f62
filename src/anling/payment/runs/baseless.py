"""Who is paid and has no month to count from stops in no run: an officer is asked in a case (domain.md, section 1)."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, ActorKind, Permit, Scope
from anling.casework.baseless import open_without_base
from anling.payment.models import PayRun
from anling.rules.payrun import Outcome

BASELESS_TASK = "payment.open_baseless"
_ROWS = "SELECT benefit_id FROM payment_payline WHERE run_id = %(run)s AND state = 'held' AND holds = %(holds)s"


def ask_to_open(run: PayRun) -> None:
    """Have the worker open the cases of a draft, if it has such people, once the draft holds.

    Not at once: whoever opens cases waits for nobody who holds a pay run, as an appeal does the other way round.
    """
    if any(row["holds"] == Outcome.NO_BASE.value for row in run.counts["lines"]):
        app.configure_task(BASELESS_TASK, queue="payment").defer(run=run.pk, region=run.region)


def open_cases(*, run: int, region: str, at: datetime) -> int:
    """The cases of whoever a run holds for want of a base; how many are new or open again. Again, it finds none."""
    values = {"run": run, "holds": Outcome.NO_BASE.value}
    with within(Scope(region)):
        return open_without_base(_ROWS, values, region=region, source=f"payrun:{run}", by=drafter(region), at=at)


def drafter(region: str) -> Actor:
    """Who asks: it says what a draft found and decides nothing."""
    return Actor(ActorKind.MACHINE, "machine:payrun", "pay run", (Permit(Role.CLERK.value, Scope(region)),))
