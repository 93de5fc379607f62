"""A machine's draft of a pay run: whose pay would stop, who is held and why, who resumes, what is owed (N-A2).

Nothing takes effect here. A draft may be made anew until it is signed; what a person took out stays out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from procrastinate.contrib.django import app

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Actor, ActorKind, Scope
from anling.audit.wording import worded
from anling.casework.models import Adoption
from anling.comparison.models import Run
from anling.feeds import queries as feeds
from anling.feeds.models import Batch
from anling.feeds.models import State as BatchState
from anling.matching.health import Health
from anling.passes.stands import make_stands
from anling.payment.debts.offsets import add_offsets
from anling.payment.errors import PaymentError
from anling.payment.models import LineState, PayLine, PayRun, RunState
from anling.payment.runs.arrears import add_arrears
from anling.payment.runs.baseless import ask_to_open
from anling.payment.runs.drafting import counted, draft
from anling.payment.wording import RUN_STATES
from anling.policy import Policy, load
from anling.rules.months import Month

Progress = Callable[[str, int, int], None]
PROPOSE_TASK = "payment.propose"
STEPS = ("clocks", "lines", "arrears", "totals")


def ask(*, region: str, month: Month, by: Actor, at: datetime) -> PayRun:
    """Have the worker draft the run of a month; it is a draft without content until then. Raises as `propose`."""
    _check_asked(region, month, by, at)
    with within(Scope(region)):
        take_lock(region)
        run = _open(region, month, load(), by, at)
        run.content_hash, run.counts = "", {}
        run.save()
        record(Kind.PAYRUN_CHANGED, by=by, at=at, on=subject(run), after={"asked": str(month)})
        app.configure_task(PROPOSE_TASK, queue="payment").defer(run=run.pk, region=region, month=str(month), by=by.key)
    return run


def tell_failure(*, run: int, region: str, sentence: str) -> None:
    """Keep on a draft without content why it could not be made."""
    with within(Scope(region)):
        PayRun.objects.filter(pk=run, state=RunState.DRAFT, content_hash="").update(counts={"error": sentence})


def draft_asked(*, run: int, region: str, month: Month, by: Actor, at: datetime) -> None:
    """What the worker does of `ask`: draft the run, unless that was done. Raises as `propose`.

    A worker that was killed after its last word has its job taken up again; a draft that somebody may have signed or
    changed meanwhile is not made anew by that.
    """
    with within(Scope(region)):
        take_lock(region)
        if PayRun.objects.filter(pk=run, state=RunState.DRAFT, content_hash="").exists():
            propose(region=region, month=month, by=by, at=at)


def propose(
    *, region: str, month: Month, by: Actor, at: datetime, progress: Progress = lambda label, done, total: None
) -> PayRun:
    """Draft the run of a region prefix for a pay month, or draft it anew; passes recorded up to `at` count.

    Whoever has no month to count from is held, and gets a case once the draft holds (payment.runs.baseless).
    Raises NotAllowedError; PaymentError for a month that is over or too far ahead, and where a run of the month that
    covers some of the region is there already and is no draft of this very region.
    """
    _check_asked(region, month, by, at)
    policy = load()
    with within(Scope(region)):
        take_lock(region)
        run = _open(region, month, policy, by, at)
        dropped = _taken_out(run)
        progress(STEPS[0], 1, len(STEPS))
        make_stands(policy, region=region, on=timezone.localdate(at), cutoff=at)
        progress(STEPS[1], 2, len(STEPS))
        sources = {**unhealthy_feeds(policy, at), "not_compared": feeds_not_compared(region, policy, at)}
        draft(run=run.pk, region=region, month=month, cutoff=at, healthy=sources_healthy(sources))
        progress(STEPS[2], 3, len(STEPS))
        add_arrears(run, policy=policy, at=at)
        add_offsets(run, at=at)
        progress(STEPS[3], 4, len(STEPS))
        _keep_out(run, dropped)
        run.counts = {"lines": counted(run.pk), **sources, **_benefits()}
        run.content_hash = content_hash(run.pk)
        run.save()
        record(
            Kind.PAYRUN_PROPOSED, by=by, at=at, on=subject(run), after={"month": str(month), "cutoff": at.isoformat()},
            policy_version=policy.version, rows=sum(row["lines"] for row in run.counts["lines"]),
            content_hash=run.content_hash,
        )  # fmt: skip
        ask_to_open(run)
    return run


def subject(run: PayRun) -> Subject:
    """A pay run as the trail names it."""
    return Subject("payrun", str(run.pk), run.region)


SOURCES = ("blind_feeds", "late_feeds", "faulty_feeds", "not_compared")
"""Under which words the counts of a run keep the feeds because of which nobody stops."""


def sources_healthy(counts: Mapping[str, Any]) -> bool:
    """Whether no feed that could have proved life stands in the way of stops, by what a run keeps of them."""
    return not any(counts.get(name) for name in SOURCES)


def unhealthy_feeds(policy: Policy, at: datetime) -> dict[str, list[str]]:
    """Needed feeds because of which nobody stops on the day: silence of a department is no sign of anything.

    blind_feeds: missing or shrunken. late_feeds: those of them that can prove life, whose newest deliveries have not
    come although their usual delay and its grace are over; somebody's proof may be among what is still to come.
    faulty_feeds: those of them that can prove life, of whose rows more lie in quarantine than the policy bears;
    somebody's proof may be among them.
    """
    day = timezone.localdate(at)
    health = feeds.health(
        catalogue=policy.catalogue(day), rule=policy.health_rule(day), recipients=feeds.recipients(), on=day
    )
    blind = [each.feed.code for each in health if each.source.blinds]
    needed = [each for each in health if each.feed.required and each.feed.proves_life and each.feed.code not in blind]
    late = [each.feed.code for each in needed if Health.LATE in each.source.states]
    faulty = [each.feed.code for each in needed if each.faulty]
    return {"blind_feeds": blind, "late_feeds": late, "faulty_feeds": faulty}


def feeds_not_compared(region: str, policy: Policy, at: datetime) -> list[str]:
    """Needed feeds of which something was delivered that no run taken over for the region has read yet.

    Somebody's proof of life may lie in it: nobody stops because of a comparison that was not made.
    """
    covering = [region[:length] for length in range(1, len(region) + 1)]
    taken_over = Adoption.objects.filter(region__in=covering, state=Adoption.State.DONE).values("run")
    read_until = Run.objects.filter(pk__in=taken_over).aggregate(last=Max("started_at"))["last"]
    needed = [feed.code for feed in policy.catalogue(timezone.localdate(at)).required]
    fresh = Batch.objects.filter(feed__in=needed, state=BatchState.READY, settled_at__lte=at)
    if read_until is not None:
        fresh = fresh.filter(settled_at__gt=read_until)
    return sorted(set(fresh.values_list("feed", flat=True)))


def take_lock(region: str) -> None:
    """One pay run of a province at a time, until the end of the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payrun:{region[:2]}"])


def content_hash(run: int) -> str:
    """SHA-256 over the lines of a run in the order of benefit and action: what is approved is what was signed."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT benefit_id, action, state, reason, holds, base_month, from_month, to_month, amount, fact"
            " FROM payment_payline WHERE run_id = %s ORDER BY benefit_id, action",
            [run],
        )
        while rows := cursor.fetchmany(10_000):
            digest.update(repr(rows).encode())
    return digest.hexdigest()


def _check_asked(region: str, month: Month, by: Actor, at: datetime) -> None:
    require(by, Act.SIGN_PAY, region)
    if by.kind is not ActorKind.OFFICER:
        raise PaymentError(worded("A pay run is asked for by an officer."))
    now = Month.of_date(timezone.localdate(at))
    if not now <= month <= now + 1:
        raise PaymentError(
            worded("A run is made for the pay month that has begun or for the next one: %(first)s or %(second)s,"
                 " not %(month)s.", month=month, first=now, second=now + 1), "month",
        )  # fmt: skip


def _open(region: str, month: Month, policy: Policy, by: Actor, at: datetime) -> PayRun:
    """The draft to fill, empty but for the lines that a person took out of an earlier draft of it."""
    with within(Scope(region[:2])):
        others = PayRun.objects.filter(month=month.first_day).exclude(state=RunState.STOPPED)
        overlapping = [
            each for each in others.select_for_update()
            if each.region.startswith(region) or region.startswith(each.region)
        ]  # fmt: skip
    values = {
        "cutoff": at, "policy_version": policy.version, "proposed_at": at, "proposer": by.key,
        "proposer_label": by.label,
    }  # fmt: skip
    if not overlapping:
        return PayRun.objects.create(region=region, month=month.first_day, **values)
    (run, *more) = overlapping
    if more or run.region != region or run.state != RunState.DRAFT:
        raise PaymentError(
            worded("Run %(number)s for %(month)s in %(region)s is there already (%(state)s); go on with it, or stop it"
                 " first.", number=run.pk, month=month, region=run.region, state=RUN_STATES[run.state]), "month",
        )  # fmt: skip
    PayLine.objects.filter(run=run).exclude(state=LineState.DROPPED).delete()
    for name, value in values.items():
        setattr(run, name, value)
    run.version += 1
    return run


def _taken_out(run: PayRun) -> list[PayLine]:
    """The lines that a person took out of a draft, which is empty after that."""
    lines = PayLine.objects.filter(run=run)
    dropped = list(lines)
    lines.delete()
    return dropped


def _keep_out(run: PayRun, dropped: Sequence[PayLine]) -> None:
    """Lines that tell the very fact that a person took out are taken out again, with who said so and why."""
    proposed = PayLine.objects.filter(
        run=run, state=LineState.PROPOSED, benefit__in=[each.benefit_id for each in dropped]
    )
    found = {(line.benefit_id, line.action, line.fact): line for line in proposed}
    again = []
    for each in dropped:
        line = found.get((each.benefit_id, each.action, each.fact))
        if line:
            line.state, line.note, line.decided_label = LineState.DROPPED, each.note, each.decided_label
            again.append(line)
    PayLine.objects.bulk_update(again, ["state", "note", "decided_label"], batch_size=1000)


def _benefits() -> dict[str, int]:
    """How many benefits there are, and whose clock has not run out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE pay_status = 'suspended'), (SELECT count(*) FROM payment_due)"
            " FROM passes_stand"
        )
        benefits, suspended, due = cursor.fetchone()
    return {"benefits": benefits, "suspended": suspended, "due": due, "not_due": benefits - suspended - due}
