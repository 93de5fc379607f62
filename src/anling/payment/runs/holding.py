"""Which run can still leave a person out or take them in again, and what a draft is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.payment.accounts.ledgers import open_holds
from anling.payment.models import Action, LineState, PayFact, PayLine, PayRun, RunState
from anling.payment.reasons import NOT_CERTIFIED, SUSPEND_REASONS
from anling.payment.runs.drafting import counted, put_found
from anling.payment.runs.proposing import content_hash, sources_healthy, subject, take_lock
from anling.roster.models import Benefit
from anling.roster.paying import set_pay_status
from anling.rules.events import EventKind
from anling.rules.months import Month
from anling.rules.payrun import Outcome

_ON_ITS_WAY = (RunState.SIGNED, RunState.APPROVED)
_HOLDS = (PayFact.What.STOP, PayFact.What.END)
_GOES_OUT = (Action.RESUME, Action.ARREARS, Action.OFFSET)
_HANDED_OVER = (RunState.EXPORTED, RunState.ACKNOWLEDGED, RunState.CLOSED)
_STATUS = """
SELECT key AS benefit_id, %(status)s::text AS pay_status, %(reason)s::text AS suspend_reason
FROM unnest(%(benefits)s::bigint[]) AS key
"""


def open_month(region: str, at: datetime, *, beyond: Sequence[str] = (*_ON_ITS_WAY, *_HANDED_OVER)) -> Month:
    """The first pay month from this one on whose run, if there is one, is still a draft. The runs are locked.

    beyond: states of a run in which nothing can be told it any more.
    """
    month = Month.of_date(timezone.localdate(at))
    take_lock(region)
    with within(Scope(region[:2])):
        runs = PayRun.objects.select_for_update().filter(month__gte=month.first_day).order_by("pk")
        taken = {each.month for each in runs if each.state in beyond and region.startswith(each.region)}
    while month.first_day in taken:
        month += 1
    return month


def tell_drafts(benefits: Sequence[Benefit], *, why: str, by: Actor, at: datetime) -> None:
    """Bring the lines of some benefits in drafts of their region up to date with what is kept of their pay."""
    for region in sorted({each.region for each in benefits}):
        keys = [each.pk for each in benefits if each.region == region]
        for run in _runs(region, (RunState.DRAFT,), at):
            with within(Scope(run.region)):
                open_ = (LineState.PROPOSED, LineState.HELD)
                PayLine.objects.filter(run=run, benefit__in=keys, state__in=open_).delete()
                healthy = sources_healthy(run.counts)
                month = Month.of_date(run.month)
                put_found(run=run.pk, region=run.region, month=month, benefits=keys, healthy=healthy)
                _changed(run, keys, why, by, at)


def leave_out(benefits: Sequence[Benefit], *, why: str, by: Actor, at: datetime) -> None:
    """What a finding stops or ends is not resumed by a run that was signed before: it weighs more than a pass.

    The stop of such a run for want of certification is left in it: nothing more goes out, and its export leaves the
    status as the finding has it.
    """
    told = {"state": LineState.DROPPED, "note": why[:300], "decided_label": by.label}
    _change(benefits, Q(action__in=_GOES_OUT), _ON_ITS_WAY, told, why=why, by=by, at=at)


def hold_stops(benefits: Sequence[Benefit], *, why: str, by: Actor, at: datetime) -> None:
    """Nobody is stopped who objects: their stops wait, in drafts and in runs that are signed or approved."""
    told = {"state": LineState.HELD, "holds": Outcome.HELD_APPEAL.value}
    which = Q(action=Action.STOP, reason=NOT_CERTIFIED)
    _change(benefits, which, (RunState.DRAFT, *_ON_ITS_WAY), told, why=why, by=by, at=at)


def take_out(benefit: Benefit, ref: str, *, why: str, by: Actor, at: datetime) -> None:
    """Take the line of a hold out of runs that were not handed over."""
    dropped = {"state": LineState.DROPPED, "note": why[:300], "decided_label": by.label}
    _change([benefit], Q(fact=ref), _ON_ITS_WAY, dropped, why=why, by=by, at=at)


def set_status(benefits: Sequence[Benefit], *, source: str, by: Actor, at: datetime) -> None:
    """Write the pay status that the kept facts come to: ended, suspended by what still holds, or paying."""
    holds: dict[int, list[PayFact]] = {}
    for row in open_holds_all([each.pk for each in benefits]):
        holds.setdefault(row.benefit_id, []).append(row)
    for benefit in benefits:
        status, reason = _status(holds.get(benefit.pk, []))
        values = {"status": status, "reason": reason, "benefits": [benefit.pk]}
        set_pay_status(_STATUS, values, source=source, by=by, at=at)
        benefit.pay_status, benefit.suspend_reason = status, reason


def open_holds_all(benefits: Sequence[int]) -> list[PayFact]:
    """Every stop and end that nothing has lifted, oldest first."""
    told = Q(what__in=_HOLDS) | ~Q(of="")
    return not_lifted(PayFact.objects.filter(told, benefit__in=benefits).order_by("id"))


def not_lifted(kept: Iterable[PayFact]) -> list[PayFact]:
    """The stops and ends among the facts of some benefits that none of these facts lifts, in the same order."""
    facts = list(kept)
    lifted = {(row.benefit_id, row.of) for row in facts if row.of}
    return [row for row in facts if row.what in _HOLDS and (row.benefit_id, row.ref) not in lifted]


def hold_of(benefit: Benefit) -> PayFact | None:
    """The newest stop or end of a benefit that nothing has lifted."""
    return open_holds([benefit.pk]).get(benefit.pk)


def _status(holds: Sequence[PayFact]) -> tuple[str, str]:
    ends = [each for each in holds if each.what == PayFact.What.END]
    if ends:
        return "ended", SUSPEND_REASONS[EventKind(ends[-1].reason)]
    # what a finding holds weighs more than a lack of certification: a pass alone must not lift it
    for each in sorted(holds, key=lambda row: row.reason == EventKind.NOT_CERTIFIED):
        return "suspended", SUSPEND_REASONS[EventKind(each.reason)]
    return "paying", ""


def _runs(region: str, states: Sequence[str], at: datetime) -> list[PayRun]:
    month = Month.of_date(timezone.localdate(at))
    with within(Scope(region[:2])):
        runs = PayRun.objects.select_for_update().filter(month__gte=month.first_day, state__in=states).order_by("pk")
        return [run for run in runs if region.startswith(run.region)]


def _change(
    benefits: Sequence[Benefit], which: Q, states: Sequence[str], told: Mapping[str, str], *, why: str, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """Change lines of some benefits that were to go out, in runs of their regions in one of the states."""
    for region in sorted({each.region for each in benefits}):
        keys = [each.pk for each in benefits if each.region == region]
        for run in _runs(region, states, at):
            with within(Scope(run.region)):
                open_ = (LineState.PROPOSED, LineState.APPROVED)
                lines = PayLine.objects.filter(which, run=run, benefit__in=keys, state__in=open_)
                touched = sorted(set(lines.values_list("benefit", flat=True)))
                if lines.update(**told):
                    _changed(run, touched, why, by, at)


def _changed(run: PayRun, benefits: Sequence[int], why: str, by: Actor, at: datetime) -> None:
    run.version += 1
    run.counts = {**run.counts, "lines": counted(run.pk)}
    run.content_hash = content_hash(run.pk)
    run.save(update_fields=["version", "counts", "content_hash"])
    record(
        Kind.PAYRUN_CHANGED, by=by, at=at, on=subject(run), reason=why, content_hash=run.content_hash,
        after={"benefits": list(benefits), "state": run.state},
    )  # fmt: skip
