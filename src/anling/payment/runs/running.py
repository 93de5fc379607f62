"""A pay run on its way: signed by a clerk by name, approved by another officer, handed over; stopped until then.

Each act names the version of the run that it saw; whoever comes second is told so and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import may, require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import current, within
from anling.audit.values import Actor, ActorKind, Scope
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import Action, Forecast, LineState, PayLine, PayRun, RunState
from anling.payment.reasons import NOT_CERTIFIED
from anling.payment.runs.arrears import ON_APPLICATION
from anling.payment.runs.drafting import counted
from anling.payment.runs.proposing import content_hash, subject
from anling.payment.wording import RUN_STATES
from anling.policy import load
from anling.rules.evidence import Scheme
from anling.rules.ledger import Recovery
from anling.rules.months import Month

_FROM_ARREARS = Recovery.OFFSET_ARREARS.value
_STOPPABLE = (RunState.DRAFT, RunState.SIGNED, RunState.APPROVED)


def sign(*, run: int, version: int, by: Actor, at: datetime) -> PayRun:
    """The clerk takes the draft upon themselves. Raises PaymentError before the cut-off and after the pay month."""
    with changing(run, version, Act.SIGN_PAY, by, (RunState.DRAFT,)) as found:
        check_month(found, at)
        _check_cut_off(found)
        if content_hash(run) != found.content_hash:
            raise PaymentError(gettext("The draft is not as it was made; draft it anew, then sign it."))
        found.state, found.signer, found.signer_label, found.signed_at = RunState.SIGNED, by.key, by.label, at
        record(Kind.PAYRUN_SIGNED, by=by, at=at, on=subject(found), content_hash=found.content_hash)
    return found


def approve(*, run: int, version: int, lines: Sequence[int] | None = None, by: Actor, at: datetime) -> PayRun:
    """Another officer approves: all lines that are left, or some; the run is approved when none is left to decide.

    Raises SamePersonError for whoever asked for the draft or signed it; PaymentError, also where some are chosen and
    not all of them are there; NotAllowedError.
    """
    with changing(run, version, Act.APPROVE_PAY, by, (RunState.SIGNED,)) as found:
        check_month(found, at)
        if content_hash(run) != found.content_hash:
            raise PaymentError(gettext("The run is not as it was signed; return it, and draft it anew."))
        if by.key in (found.signer, found.proposer):
            raise SamePersonError(gettext("Nobody approves a run that they drafted or signed; ask another officer."))
        chosen = PayLine.objects.filter(run=run, state=LineState.PROPOSED)
        if lines is not None:
            chosen = chosen.filter(pk__in=lines)
        count = chosen.update(state=LineState.APPROVED, decided_label=by.label)
        if lines is not None and (not lines or count != len(set(lines))):
            raise PaymentError(gettext("Some of the lines are no longer there to be approved, or none is chosen."))
        if not PayLine.objects.filter(run=run, state=LineState.PROPOSED).exists():
            found.state, found.approver, found.approver_label = RunState.APPROVED, by.key, by.label
            found.approved_at = at
        found.content_hash = content_hash(run)
        record(
            Kind.PAYRUN_APPROVED, by=by, at=at, on=subject(found), rows=count, content_hash=found.content_hash,
            after={"state": found.state},
        )  # fmt: skip
    return found


def return_(*, run: int, version: int, reason: str, by: Actor, at: datetime) -> PayRun:
    """A signed run goes back to the clerk as a draft. Raises PaymentError, NotAllowedError."""
    _say_why(reason)
    with changing(run, version, Act.APPROVE_PAY, by, (RunState.SIGNED,)) as found:
        PayLine.objects.filter(run=run, state=LineState.APPROVED).update(state=LineState.PROPOSED, decided_label="")
        found.state, found.signer, found.signer_label, found.signed_at = RunState.DRAFT, "", "", None
        found.content_hash = content_hash(run)
        record(Kind.PAYRUN_RETURNED, by=by, at=at, on=subject(found), reason=reason.strip())
    return found


def stop(*, run: int, version: int, reason: str, by: Actor, at: datetime) -> PayRun:
    """The emergency stop: until it is handed over, a clerk or a reviewer can end a run; nothing of it takes effect."""
    _say_why(reason)
    with changing(run, version, Act.SIGN_PAY, by, _STOPPABLE, or_act=Act.APPROVE_PAY) as found:
        found.state, found.stopped_at, found.stopped_label = RunState.STOPPED, at, by.label
        found.stopped_reason = reason.strip()
        record(Kind.PAYRUN_STOPPED, by=by, at=at, on=subject(found), reason=reason.strip())
    return found


def drop_lines(*, run: int, version: int, lines: Sequence[int], reason: str, by: Actor, at: datetime) -> PayRun:
    """Take lines out of a draft; of a signed run stops alone: these people are paid as before.

    What else is signed goes back to the clerk as a whole (`return_`), so that nobody but the signer changes it. Raises
    PaymentError, NotAllowedError.
    """
    _say_why(reason)
    with changing(run, version, Act.SIGN_PAY, by, (RunState.DRAFT, RunState.SIGNED), or_act=Act.APPROVE_PAY) as found:
        which = Q(state=LineState.PROPOSED)
        if found.state == RunState.SIGNED:
            which &= Q(action=Action.STOP)
        _move(found, lines, which, LineState.DROPPED, reason, by, at)
    return found


def put_lines(*, run: int, version: int, lines: Sequence[int], reason: str, by: Actor, at: datetime) -> PayRun:
    """Put lines back into a draft, or arrears that waited for their application.

    Raises PaymentError, also for a stop that is held: what holds it is to be settled, for a resumption by a pass where
    a finding has stopped or ended pay since, and for arrears without the resumption that they follow; NotAllowedError.
    """
    _say_why(reason)
    with changing(run, version, Act.SIGN_PAY, by, (RunState.DRAFT,)) as found:
        waiting = Q(state=LineState.HELD, holds=ON_APPLICATION)
        outweighed = _by_pass(found) & ~Q(benefit__suspend_reason=NOT_CERTIFIED)
        left_out = PayLine.objects.filter(_by_pass(found), run=run, state=LineState.DROPPED).exclude(pk__in=lines)
        alone = Q(action=Action.ARREARS, benefit__in=left_out.values("benefit"))
        dropped = Q(state=LineState.DROPPED) & ~outweighed & ~alone
        _move(found, lines, dropped | waiting, LineState.PROPOSED, reason, by, at)
    return found


def _move(
    run: PayRun, lines: Sequence[int], which: Q, state: LineState, reason: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """All of the lines, or none."""
    chosen = PayLine.objects.filter(which, run=run, pk__in=lines)
    moved = chosen.update(state=state, note=reason.strip()[:300], decided_label=by.label)
    if not lines or moved != len(set(lines)):
        raise PaymentError(
            gettext(
                "Some of the lines cannot be moved: a held one waits until what holds it is settled, and a signed run "
                "goes back to its clerk before anything but a stop is taken out. Choose again."
            )
        )
    if state == LineState.DROPPED:
        _take_what_follows(run, lines, {"state": state, "note": reason.strip()[:300], "decided_label": by.label})
    run.counts = {**run.counts, "lines": counted(run.pk)}
    run.content_hash = content_hash(run.pk)
    record(
        Kind.PAYRUN_CHANGED, by=by, at=at, on=subject(run), reason=reason.strip(), rows=moved,
        content_hash=run.content_hash, after={"lines": sorted(lines)[:1000], "state": state},
    )  # fmt: skip


def _take_what_follows(run: PayRun, lines: Sequence[int], told: Mapping[str, str]) -> None:
    """No arrears of a stop that a pass would have lifted and does not; nothing kept back from arrears not paid."""
    chosen = PayLine.objects.filter(run=run, pk__in=lines)
    stopped_on = list(chosen.filter(_by_pass(run)).values_list("benefit", flat=True))
    arrears = PayLine.objects.filter(run=run, action=Action.ARREARS)
    arrears.filter(benefit__in=stopped_on, state=LineState.PROPOSED).update(**told)
    unpaid = [*stopped_on, *chosen.filter(action=Action.ARREARS).values_list("benefit", flat=True)]
    PayLine.objects.filter(run=run, action=Action.OFFSET, reason=_FROM_ARREARS, benefit__in=unpaid).update(**told)


def _by_pass(run: PayRun) -> Q:
    """The lines of a run by which a pass lifts a stop, and nothing else does."""
    return Q(action=Action.RESUME, fact=f"resumption:payrun:{run.pk}")


@transaction.atomic
def note_lines_taken(
    *, run: PayRun, filters: Mapping[str, str], rows: int, content_hash: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Record that lines of a run were taken out as a file, with its filter and SHA-256. Raises NotAllowedError."""
    require(by, Act.EXPORT_LISTS, current().prefix)
    record(
        Kind.LIST_EXPORTED, by=by, at=at, on=subject(run), after=filters, rows=rows, content_hash=content_hash,
    )  # fmt: skip


@transaction.atomic
def note_forecast_taken(
    *, forecast: Forecast, filters: Mapping[str, str], rows: int, content_hash: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Record that people of a forecast were taken out as a file, with its filter. Raises NotAllowedError."""
    require(by, Act.EXPORT_LISTS, current().prefix)
    record(
        Kind.LIST_EXPORTED, by=by, at=at, on=Subject("forecast", str(forecast.pk), forecast.region),
        after=filters, rows=rows, content_hash=content_hash,
    )  # fmt: skip


@contextmanager
def changing(
    run: int, version: int, act: Act, by: Actor, states: Sequence[RunState], *, or_act: Act | None = None
) -> Iterator[PayRun]:
    """The run, locked, in its own scope, as the caller saw it; what was changed in it is saved at the end.

    Raises NotAllowedError, PaymentError where it is not there, has moved on, or is not in one of the states.
    """
    known = PayRun.objects.filter(pk=run).first()
    if known is None:
        raise PaymentError(gettext("There is no such pay run in your region."))
    if by.kind is not ActorKind.OFFICER:
        raise PaymentError(gettext("A machine drafts; people sign and approve."))
    if not (or_act and may(by, or_act, known.region)):
        require(by, act, known.region)
    with within(Scope(known.region)):
        found = PayRun.objects.select_for_update().get(pk=run)
        if found.version != version:
            raise PaymentError(gettext("Somebody else has changed the run meanwhile; read the page again."))
        if found.state not in states:
            said = {"state": RUN_STATES[found.state]}
            raise PaymentError(gettext("The run is %(state)s; this can no longer be done with it.") % said)
        found.version += 1
        yield found
        found.save()


def check_month(run: PayRun, at: datetime) -> None:
    """What was decided for one pay month is not carried out in another: whom it names may have passed since."""
    if Month.of_date(timezone.localdate(at)) > Month.of_date(run.month):
        said = {"month": f"{run.month:%Y-%m}"}
        raise PaymentError(
            gettext("The pay month %(month)s is over; stop the run, and draft the one of this month.") % said
        )


def _check_cut_off(run: PayRun) -> None:
    """Whoever passes until the cut-off is not stopped: a draft from before it is no run yet (domain.md, section 1)."""
    month, policy = Month.of_date(run.month), load()
    last = max(policy.payment_rule(scheme, run.region, month.first_day).cut_off(month) for scheme in Scheme)
    if timezone.localdate(run.cutoff) <= last:
        said = {"day": last}
        raise PaymentError(
            gettext("Passes count until the end of %(day)s; draft the run anew after that day, then sign it.") % said
        )


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise PaymentError(gettext("Say why."), "reason")
