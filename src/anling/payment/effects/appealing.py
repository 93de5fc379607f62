"""An appeal and pay: restored at once where the policy says so; lost, pay stops again by a new finding alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, ActorKind
from anling.casework import appeals
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError
from anling.casework.models import Appeal, Finding
from anling.notices.models import Kind as NoticeKind
from anling.notices.operations import queue
from anling.notices.warnings import reminder
from anling.payment.accounts.carried import carried_from
from anling.payment.accounts.ledgers import write
from anling.payment.effects.reversing import Undoing, make_good, resume_from, undo
from anling.payment.models import PayFact, PayRun
from anling.payment.runs.holding import hold_stops, open_holds_all, open_month, set_status, tell_drafts
from anling.policy import load
from anling.roster.models import Benefit
from anling.rules.evidence import Scheme
from anling.rules.ledger import Resumption, Reverse
from anling.rules.money import ZERO
from anling.rules.months import Month

_RUN, _FINDING = "payrun:", "finding:"


@transaction.atomic
def receive_appeal(*, person: int, region: str, contested: Contested, by: Actor, at: datetime) -> Appeal:
    """Take an appeal in; where the policy says so, what it contests is lifted and pay runs again from the next run on.

    It contests one stop or end: the one that it names, or the newest in force; another keeps holding. A stop that was
    not handed over yet waits for the answer. An end is undone, since it cannot be resumed; a stop is resumed, and what
    was withheld is owed as its reason has it. What comes from the recipients' page once more is the same appeal.
    Raises CaseError, NotAllowedError.
    """
    contested = replace(contested, hold=_named(person, region, contested.hold))
    if contested.way == Appeal.Way.PAGE:
        known = appeals.add_again(person=person, region=region, contested=contested, by=by, at=at)
        if known is not None:
            return known
    appeal = appeals.receive(person=person, region=region, contested=contested, by=by, at=at)
    open_month(appeal.region, at)  # runs are locked before benefits, as an export does it
    benefits = _benefits(appeal)
    hold_stops(benefits, why=_source(appeal), by=by, at=at)
    restored = [each for each in benefits if _restore(each, appeal, by, at)]
    if restored:
        appeal.restored_at = at
        appeal.save(update_fields=["restored_at"])
    case = appeal.case
    if case is not None:
        received = {"received": str(timezone.localdate(at)), "answer_by": str(case.due)}
        _tell(benefits, appeal, "received", received, by=by, at=at)
    return appeal


@transaction.atomic
def decide_appeal(*, appeal: int, upheld: bool, answer: str, by: Actor, at: datetime) -> Appeal:
    """Decide an appeal. Upheld, what it contests is undone with all that follows; dismissed, pay goes on as it does.

    Whoever proposed, signed or approved the run that stopped pay, or found and approved the finding that did, does not
    decide either. Raises CaseError, TakenError,
    NotAllowedError.
    """
    seen = Appeal.objects.filter(pk=appeal).first()
    if seen is not None and by.key in _took_part(seen):
        raise CaseError(gettext("You took part in what is contested; another officer has to decide the appeal."))
    found = appeals.decide(appeal=appeal, upheld=upheld, answer=answer, by=by, at=at)
    benefits = _benefits(found)
    if upheld:
        for benefit in benefits:
            _make_whole(benefit, found, by, at)
    decided = {"decided": str(timezone.localdate(at)), "outcome": found.state}
    _tell(benefits, found, "decided", decided, by=by, at=at)
    return found


def contestable(person: int) -> list[PayFact]:
    """The stops and ends in force that an appeal of a person can be about, the newest first; in the scope."""
    scope.current()
    return _in_force(Benefit.objects.filter(person=person))


def contested_by(appeal: Appeal) -> PayFact | None:
    """The stop or end that an appeal is about; None where pay was not stopped."""
    found = PayFact.objects.filter(benefit__person=appeal.person_id, region=appeal.region, ref=appeal.hold)
    return found.order_by("id").first() if appeal.hold else None


def _named(person: int, region: str, ref: str) -> str:
    """The ref that was chosen, or that of the newest stop or end in force. Raises CaseError for one that is not."""
    holds = _in_force(Benefit.objects.filter(person=person, region=region))
    if not ref:
        return holds[0].ref if holds else ""
    if ref not in {hold.ref for hold in holds}:
        raise CaseError(gettext("Pay is not stopped or ended for that (any more); choose again."), "hold")
    return ref


def _in_force(benefits: QuerySet[Benefit]) -> list[PayFact]:
    return open_holds_all(list(benefits.values_list("pk", flat=True)))[::-1]


def _took_part(appeal: Appeal) -> set[str]:
    """Who proposed, signed or approved the run, or found and approved the finding, that the appeal is about."""
    holds = PayFact.objects.filter(benefit__person=appeal.person_id, benefit__region=appeal.region)
    about = Q(ref=appeal.hold) if appeal.hold else Q(what=PayFact.What.STOP, at__lte=appeal.at)
    sources = set(holds.filter(about).values_list("source", flat=True))
    runs = PayRun.objects.filter(pk__in=_keys(sources, _RUN))
    findings = Finding.objects.filter(pk__in=_keys(sources, _FINDING))
    signed = {key for run in runs for key in (run.proposer, run.signer, run.approver)}
    return signed | {key for found in findings for key in (found.doer, found.decider)}


def _keys(sources: Iterable[str], kind: str) -> list[int]:
    return [int(source.removeprefix(kind)) for source in sources if source.startswith(kind)]


def _tell(
    benefits: Sequence[Benefit], appeal: Appeal, step: str, values: Mapping[str, str], *, by: Actor, at: datetime
) -> None:
    """The person reads once what became of the appeal, whoever took it in; stated about their oldest benefit."""
    teller = by if by.kind is ActorKind.OFFICER else reminder()
    for benefit in benefits[:1]:
        about = f"{_source(appeal)}:{step}"
        queue(benefit=benefit, kind=NoticeKind.APPEAL, about=about, stop_month=None, values=values, by=teller, at=at)


def _benefits(appeal: Appeal) -> list[Benefit]:
    rows = Benefit.objects.select_for_update().filter(person=appeal.person_id, region=appeal.region)
    return list(rows.order_by("pk"))


def _restore(benefit: Benefit, appeal: Appeal, by: Actor, at: datetime) -> bool:
    rule = load().payment_rule(Scheme(benefit.scheme), benefit.region, timezone.localdate(at))
    holds = _of(appeal, benefit)
    if not holds or not rule.appeal_restores_at_once:
        return False
    source = _source(appeal)
    for hold in holds:
        if hold.what == PayFact.What.END:
            undo(benefit, hold, Reverse.WRONGFUL, by=by, at=at)
        else:
            month, _ = resume_from(benefit, hold, by=by, at=at)
            fact = Resumption(f"{source}:{hold.ref}"[:80], hold.ref, month)
            write(benefit, fact, source=source, by=by, at=at)
    set_status([benefit], source=source, by=by, at=at)
    tell_drafts([benefit], why=source, by=by, at=at)
    record(
        Kind.BENEFIT_RESUMED, by=by, at=at, on=Subject("benefit", str(benefit.pk), benefit.region),
        reason=gettext("appeal received"), after={"appeal": appeal.pk, "holds": [hold.ref for hold in holds]},
    )  # fmt: skip
    return True


def _of(appeal: Appeal, benefit: Benefit) -> list[PayFact]:
    """What the appeal contests, as far as it holds this benefit."""
    return [hold for hold in open_holds_all([benefit.pk]) if hold.ref == appeal.hold]


def _make_whole(benefit: Benefit, appeal: Appeal, by: Actor, at: datetime) -> None:
    """Undo what the appeal was about: what still holds, and what was only resumed when it came in."""
    done: list[Undoing] = []
    facts = {row.ref: row for row in PayFact.objects.filter(benefit=benefit.pk)}
    resumed = [row for row in facts.values() if row.source == _source(appeal) and row.what == PayFact.What.RESUMPTION]
    for row in resumed:
        month = Month.of_date(row.month or timezone.localdate(at))
        done.append(undo(benefit, facts[row.of], Reverse.WRONGFUL, by=by, at=at, month=month))
    for hold in _of(appeal, benefit):
        done.append(undo(benefit, hold, Reverse.WRONGFUL, by=by, at=at))
    for each in done:
        record(
            Kind.STOP_REVERSED, by=by, at=at, on=Subject("benefit", str(benefit.pk), benefit.region),
            reason=appeal.answer[:500],
            after={"hold": each.hold.ref, "appeal": appeal.pk, "resume": str(each.resume), "arrears": str(each.amount)},
        )  # fmt: skip
        make_good(benefit, each, by=by, at=at)
    ends = [row for row in facts.values() if row.what == PayFact.What.REVERSAL and row.at == appeal.at]
    for row in ends:  # undone when the appeal came in: what is left is to say so
        hold, month = facts[row.of], Month.of_date(row.month or timezone.localdate(at))
        since = carried_from([hold]).get((benefit.pk, hold.ref))
        make_good(benefit, Undoing(hold, month, (), ZERO, since), by=by, at=at)


def _source(appeal: Appeal) -> str:
    return f"appeal:{appeal.pk}"
