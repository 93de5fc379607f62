"""The pay system's answer to a run, line by line: done or refused; what differs is shown and settled by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.payment.accounts.carried import SWITCHES
from anling.payment.accounts.ledgers import reckoned, write
from anling.payment.debts.offsets import keep_offsets
from anling.payment.debts.owing import keep_up
from anling.payment.errors import PaymentError
from anling.payment.models import Action, LineState, Mismatch, PayLine, PayRun, RunState
from anling.payment.reasons import NOT_CERTIFIED
from anling.payment.runs import answers
from anling.payment.runs.arrears import CHUNK
from anling.payment.runs.proposing import subject
from anling.payment.runs.running import changing
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.money import MonthAmount
from anling.rules.months import Month

_AT_ONCE = 1000
"""Lines that are held in memory."""
_UNKNOWN = """
INSERT INTO payment_mismatch (kind, region, run_id, ours, theirs, at, settled_label, note)
SELECT %(kind)s, %(region)s, %(run)s, '', left(benefit_no || ' ' || action, 80), %(at)s, '', ''
FROM pay_answer WHERE line IS NULL ORDER BY row_no
"""
_ANSWERED = """
UPDATE payment_payline AS l SET state = a.result, answer = a.code FROM pay_answer AS a WHERE l.id = a.line
"""
_SILENT = """
UPDATE payment_payline AS l SET state = 'refused', answer = '' FROM roster_benefit AS b
WHERE l.run_id = %s AND l.state = 'approved' AND b.id = l.benefit_id
"""


def acknowledge(*, run: int, version: int, file_name: str, file: BinaryIO, by: Actor, at: datetime) -> PayRun:
    """Take the answer to a run that was handed over: the whole file, of any length, or nothing of it.

    Lines that the file does not name, or names although they were not sent, become differences. Raises PaymentError
    with file, row, column and remedy; NotAllowedError.
    """
    with changing(run, version, Act.SIGN_PAY, by, (RunState.EXPORTED,)) as found:
        rows = answers.stage(run, file_name, file)
        unknown = _take(found, at)
        for lines in _lines(run, LineState.DONE, Action.ARREARS):
            _pay_arrears(lines, by, at)
        for lines in _lines(run, LineState.DONE, Action.OFFSET):
            keep_offsets(lines, by=by, at=at)
        for lines in _lines(run, LineState.REFUSED):
            _note_refusals(lines, at)
        answers.drop()
        _keep_recoveries(found, at)
        states = Counter(dict(PayLine.objects.filter(run=run).values_list("state").annotate(Count("pk")).order_by()))
        found.state, found.acknowledged_at = RunState.ACKNOWLEDGED, at
        found.acknowledgement = {"file": file_name, "done": states[LineState.DONE],
                                 "refused": states[LineState.REFUSED], "unknown": unknown}  # fmt: skip
        record(Kind.PAYRUN_ACKNOWLEDGED, by=by, at=at, on=subject(found), rows=rows,
               after=found.acknowledgement)  # fmt: skip
    return found


def _take(run: PayRun, at: datetime) -> int:
    """Give every line what was answered, and note what nobody sent; how much that is."""
    values: dict[str, str | int | datetime] = {
        "kind": Mismatch.Kind.UNKNOWN_BENEFIT.value, "region": run.region, "run": run.pk, "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, values)
        unknown = int(cursor.rowcount)
        cursor.execute(_ANSWERED)
        cursor.execute(_SILENT, [run.pk])
    return unknown


def _lines(run: int, state: LineState, action: str = "") -> Iterator[list[PayLine]]:
    """Lines of a run as they were answered, a thousand at a time, in their order."""
    chosen = PayLine.objects.filter(run=run, state=state).select_related("benefit", "run").order_by("pk")
    chosen = chosen.filter(action=action) if action else chosen
    last = 0
    while lines := list(chosen.filter(pk__gt=last)[:_AT_ONCE]):
        yield lines
        last = lines[-1].pk


def close(*, run: int, version: int, by: Actor, at: datetime) -> PayRun:
    """Close a run whose differences are all settled. Raises PaymentError, NotAllowedError."""
    with changing(run, version, Act.SIGN_PAY, by, (RunState.ACKNOWLEDGED,)) as found:
        left = Mismatch.objects.filter(run=run, settled_at=None).count()
        if left:
            raise PaymentError(gettext("%(count)s differences of this run are not settled yet.") % {"count": left})
        found.state, found.closed_at = RunState.CLOSED, at
        record(Kind.PAYRUN_CLOSED, by=by, at=at, on=subject(found))
    return found


@transaction.atomic
def settle(*, mismatch: int, note: str, done: bool = False, by: Actor, at: datetime) -> Mismatch:
    """Say what became of a difference. done: the pay system did carry the line out, whatever its answer said.

    Raises PaymentError, also where a later run tells that line again already; NotAllowedError.
    """
    if not note.strip():
        raise PaymentError(gettext("Say what was found and done."), "note")
    found = Mismatch.objects.select_for_update().filter(pk=mismatch).first()
    if found is None or found.settled_at:
        raise PaymentError(gettext("There is no such open difference in your region."))
    require(by, Act.SIGN_PAY, found.region)
    if done:
        _done_after_all(found, by, at)
    found.settled_at, found.settled_label, found.note = at, by.label, note.strip()
    found.save(update_fields=["settled_at", "settled_label", "note"])
    record(
        Kind.RECONCILED, by=by, at=at, on=Subject("mismatch", str(mismatch), found.region), reason=note.strip(),
        after={"done": done},
    )  # fmt: skip
    return found


def _done_after_all(found: Mismatch, by: Actor, at: datetime) -> None:
    lines = PayLine.objects.select_for_update().filter(
        run=found.run_id, benefit=found.benefit_id, action=found.ours, state=LineState.REFUSED
    )
    line = lines.first()
    again = PayLine.objects.filter(benefit=found.benefit_id, action=found.ours, run__gt=found.run_id or 0)
    if line is None or again.exclude(run__state=RunState.STOPPED).exists():
        raise PaymentError(
            gettext("There is no line that could count as done, or a later run tells it again; its answer decides."),
            "done",
        )
    line.state = LineState.DONE
    line.save(update_fields=["state"])
    if line.action == Action.ARREARS:
        _pay_arrears([line], by, at)
    elif line.action == Action.OFFSET:
        keep_offsets([line], by=by, at=at)
    keep_up([line.benefit], source=f"payrun:{found.run_id}", at=at)


def redoable(found: Mismatch) -> bool:
    """Whether a difference is about a line that the pay system may have carried out after all."""
    return found.kind == Mismatch.Kind.NOT_ACKNOWLEDGED and found.settled_at is None


def _pay_arrears(done: list[PayLine], by: Actor, at: datetime) -> None:
    """Arrears that the pay system has paid are paid: the months and amounts that it was told, whatever is owed now."""
    accounts, _ = reckoned([line.benefit for line in done], at=at)
    for line in done:
        parts = tuple(MonthAmount(Month.parse(month), Decimal(yuan)) for month, yuan in line.parts)
        paid = rules.ArrearsPaid(line.fact, timezone.localdate(at), parts)
        account = accounts.get(line.benefit_id)
        owed = account.ledger.totals.arrears_open if account else None
        write(line.benefit, paid, source=f"payrun:{line.run_id}", by=by, at=at, more=owed != line.amount)


def _note_refusals(lines: list[PayLine], at: datetime) -> None:
    """A line refused or not named is a difference; it changed nothing, and the next run tells it again."""
    named = _named(lines)
    Mismatch.objects.bulk_create(
        Mismatch(
            kind=Mismatch.Kind.NOT_ACKNOWLEDGED, region=line.region, benefit=line.benefit, run_id=line.run_id,
            ours=line.action, theirs=f"{answers.REFUSED} {line.answer}".strip()[:80] if line.pk in named else "", at=at,
        )
        for line in lines
    )  # fmt: skip


def _keep_recoveries(run: PayRun, at: datetime) -> None:
    """What was overpaid is known now, of those whom the run was to stop, end or pay again, whether it did or not.

    After a stop for want of certification everything is due once its person passes: nothing of it is overpaid.
    """
    lines = PayLine.objects.filter(run=run, action__in=SWITCHES).exclude(reason=NOT_CERTIFIED)
    keys = sorted(set(lines.values_list("benefit", flat=True)))
    for first in range(0, len(keys), CHUNK):
        benefits = list(Benefit.objects.filter(pk__in=keys[first : first + CHUNK]).order_by("pk"))
        keep_up(benefits, source=f"payrun:{run.pk}", at=at)


def _named(lines: list[PayLine]) -> set[int]:
    """Of some lines, those that the answer names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM pay_answer WHERE line = ANY(%s)", [[line.pk for line in lines]])
        return {line for (line,) in cursor.fetchall()}
