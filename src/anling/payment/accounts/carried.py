"""What the pay system carried out: in which months it paid a benefit, read from the lines that it was told.

A line counts from the month of the run that handed it over, whatever was expected when its fact was written: taken out
by an officer, stopped with its run, refused or not answered, it has changed nothing, and pay went on as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from anling.audit import scope
from anling.payment.models import Action, LineState, PayFact, PayLine, RunState
from anling.rules.months import Month

HANDED_OVER = (RunState.EXPORTED, RunState.ACKNOWLEDGED, RunState.CLOSED)
CARRIED = (LineState.APPROVED, LineState.DONE)
"""A line that was handed over is taken as carried out until the answer says otherwise."""
SWITCHES = (Action.STOP, Action.END, Action.RESUME)
"""What pauses pay in the pay system or lets it run again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Months in which a benefit was not paid. first: None where that began before our records; until: paid again."""

    first: Month | None
    until: Month | None = None

    def covers(self, month: Month) -> bool:
        """Whether a month was not paid."""
        return (self.first is None or self.first <= month) and (self.until is None or month < self.until)


def gaps_of(benefits: Sequence[int]) -> Mapping[int, tuple[Gap, ...]]:
    """Benefit → its gaps, oldest first, in two queries however many there are."""
    scope.current()
    known = PayFact.objects.filter(benefit__in=benefits, effective__isnull=False)
    told = PayLine.objects.filter(
        benefit__in=benefits, action__in=SWITCHES, state__in=(*CARRIED, LineState.REFUSED), run__state__in=HANDED_OVER
    )
    steps: dict[int, list[tuple[date, int, str, bool]]] = {}
    for benefit, day in known.values_list("benefit", "effective"):
        if day:
            steps.setdefault(benefit, []).append((day, 0, Action.STOP, True))
    for benefit, month, key, action, state in told.values_list("benefit", "run__month", "pk", "action", "state"):
        steps.setdefault(benefit, []).append((month, key, action, state in CARRIED))
    return {benefit: _gaps(sorted(of)) for benefit, of in steps.items()}


def not_paid_since(benefit: int) -> Month | None:
    """The first month of the gap that is still open; None while pay goes on."""
    gaps = gaps_of([benefit]).get(benefit, ())
    return gaps[-1].first if gaps and gaps[-1].until is None else None


def carried_from(holds: Sequence[PayFact]) -> Mapping[tuple[int, str], Month]:
    """(benefit, ref) of a stop or end → first month that it in fact kept back; those that no run carried are left out.

    A stop from before our records counts from the month that its paper names.
    """
    lines = PayLine.objects.filter(
        benefit__in=[each.benefit_id for each in holds], fact__in=[each.ref for each in holds], state__in=CARRIED,
        run__state__in=HANDED_OVER,
    )  # fmt: skip
    rows = lines.order_by("-run__month").values_list("benefit", "fact", "run__month")
    told = {(benefit, ref): Month.of_date(month) for benefit, ref, month in rows}
    return told | {(each.benefit_id, each.ref): Month.of_date(each.effective) for each in holds if each.effective}


def _gaps(steps: Sequence[tuple[date, int, str, bool]]) -> tuple[Gap, ...]:
    """Whoever is first told to be paid again was not paid before, since when our records do not say."""
    gaps: list[Gap] = []
    for place, (day, _, action, carried) in enumerate(steps):
        month, paused = Month.of_date(day), bool(gaps) and gaps[-1].until is None
        if action == Action.RESUME and not place:
            gaps.append(Gap(None, month if carried else None))
        elif action == Action.RESUME and paused and carried:
            gaps[-1] = Gap(gaps[-1].first, month)
        elif action != Action.RESUME and carried and not paused:
            gaps.append(Gap(month))
    return tuple(gaps)
