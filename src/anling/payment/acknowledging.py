"""The pay system's answer to a run, line by line: done or refused; what differs is shown and settled by people."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.payment.arrears import CHUNK
from anling.payment.carried import SWITCHES
from anling.payment.errors import PaymentError
from anling.payment.ledgers import reckoned, write
from anling.payment.models import Action, LineState, Mismatch, PayLine, PayRun, RunState
from anling.payment.offsets import keep_offsets
from anling.payment.owing import keep_up
from anling.payment.proposing import subject
from anling.payment.reasons import NOT_CERTIFIED
from anling.payment.running import changing
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.money import MonthAmount
from anling.rules.months import Month

COLUMNS = ("benefit_no", "action", "result")
"""Columns that the file needs; `code` (of the pay system, for a refusal) may be there, others are not read."""
DONE, REFUSED = "done", "refused"
MOST = 32 * 1024 * 1024
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the pay system says of one line. result: done or refused."""

    row: int
    result: str
    code: str


def acknowledge(*, run: int, version: int, file_name: str, content: bytes, by: Actor, at: datetime) -> PayRun:
    """Take the answer to a run that was handed over: the whole file, or nothing of it.

    Lines that the file does not name, or names although they were not sent, become differences. Raises PaymentError
    with file, row, column and remedy; NotAllowedError.
    """
    answers = read_answers(file_name, content)
    with changing(run, version, Act.SIGN_PAY, by, (RunState.EXPORTED,)) as found:
        lines = {
            (line.benefit.benefit_no, line.action): line
            for line in PayLine.objects.filter(run=run, state=LineState.APPROVED).select_related("benefit")
        }
        for key, line in lines.items():
            answer = answers.get(key)
            line.state = LineState.REFUSED if answer is None or answer.result == REFUSED else LineState.DONE
            line.answer = "" if answer is None else answer.code[:80]
        PayLine.objects.bulk_update(lines.values(), ["state", "answer"], batch_size=1000)
        _pay_arrears([each for each in lines.values() if each.action == Action.ARREARS], by, at)
        done_offsets = [x for x in lines.values() if x.action == Action.OFFSET and x.state == LineState.DONE]
        keep_offsets(done_offsets, by=by, at=at)
        _note_refusals([each for each in lines.values() if each.state == LineState.REFUSED], answers, at)
        _keep_recoveries(found, at)
        strangers = [key for key in answers if key not in lines]
        _note_strangers(found, strangers, at)
        done = sum(line.state == LineState.DONE for line in lines.values())
        found.state, found.acknowledged_at = RunState.ACKNOWLEDGED, at
        found.acknowledgement = {"file": file_name, "done": done, "refused": len(lines) - done,
                                 "unknown": len(strangers)}  # fmt: skip
        record(Kind.PAYRUN_ACKNOWLEDGED, by=by, at=at, on=subject(found), rows=len(answers),
               after=found.acknowledgement)  # fmt: skip
    return found


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


def read_answers(file_name: str, content: bytes) -> Mapping[tuple[str, str], Answer]:
    """(benefit_no, action) → answer. Raises PaymentError with file, row, column and remedy."""
    if len(content) > MOST:
        raise PaymentError(_at(file_name, gettext("is larger than 32 MB; ask the pay system for it in parts.")))
    reader = csv.DictReader(io.StringIO(_text(file_name, content), newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise PaymentError(
            _at(file_name, gettext("has no column %(name)s; the first row names the columns.") % {"name": missing[0]})
        )
    found: dict[tuple[str, str], Answer] = {}
    for row, line in enumerate(reader, 2):
        key = (str(line["benefit_no"] or "").strip().removeprefix("'"), str(line["action"] or "").strip())
        result = str(line["result"] or "").strip().lower()
        said = {"file": file_name, "row": row}
        if key[1] not in Action.values:
            raise PaymentError(
                gettext("%(file)s, row %(row)s, action: it is none of those of the control file.") % said
            )
        if result not in (DONE, REFUSED):
            raise PaymentError(gettext("%(file)s, row %(row)s, result: write done or refused.") % said)
        if key in found:
            raise PaymentError(
                gettext("%(file)s, row %(row)s: the line stands there twice; ask which one holds.") % said
            )
        found[key] = Answer(row, result, str(line.get("code") or "").strip())
    return found


def _text(file_name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PaymentError(_at(file_name, gettext("is neither UTF-8 nor GB18030 text; save it as CSV.")))


def _at(file_name: str, said: str) -> str:
    return f"{file_name} {said}"


def _pay_arrears(lines: list[PayLine], by: Actor, at: datetime) -> None:
    """Arrears that the pay system has paid are paid: the months and amounts that it was told, whatever is owed now."""
    done = [line for line in lines if line.state == LineState.DONE]
    accounts, _ = reckoned([line.benefit for line in done], at=at)
    for line in done:
        parts = tuple(MonthAmount(Month.parse(month), Decimal(yuan)) for month, yuan in line.parts)
        paid = rules.ArrearsPaid(line.fact, timezone.localdate(at), parts)
        account = accounts.get(line.benefit_id)
        owed = account.ledger.totals.arrears_open if account else None
        write(line.benefit, paid, source=f"payrun:{line.run_id}", by=by, at=at, more=owed != line.amount)


def _note_refusals(lines: list[PayLine], answers: Mapping[tuple[str, str], Answer], at: datetime) -> None:
    """A line refused or not named is a difference; it changed nothing, and the next run tells it again."""
    said = {line.pk: answers.get((line.benefit.benefit_no, line.action)) for line in lines}
    theirs = {key: f"{REFUSED} {answer.code}".strip()[:80] if answer else "" for key, answer in said.items()}
    Mismatch.objects.bulk_create(
        Mismatch(
            kind=Mismatch.Kind.NOT_ACKNOWLEDGED, region=line.region, benefit=line.benefit, run_id=line.run_id,
            ours=line.action, theirs=theirs[line.pk], at=at,
        )
        for line in lines
    )  # fmt: skip


def _keep_recoveries(run: PayRun, at: datetime) -> None:
    """Whom the run was to stop, end or pay again, and did or did not: what was overpaid is known now."""
    lines = PayLine.objects.filter(run=run, action__in=SWITCHES).exclude(
        action=Action.STOP, reason=NOT_CERTIFIED, state=LineState.HELD
    )
    keys = sorted(set(lines.values_list("benefit", flat=True)))
    for first in range(0, len(keys), CHUNK):
        benefits = list(Benefit.objects.filter(pk__in=keys[first : first + CHUNK]).order_by("pk"))
        keep_up(benefits, source=f"payrun:{run.pk}", at=at)


def _note_strangers(run: PayRun, strangers: list[tuple[str, str]], at: datetime) -> None:
    Mismatch.objects.bulk_create(
        Mismatch(
            kind=Mismatch.Kind.UNKNOWN_BENEFIT, region=run.region, run=run, theirs=f"{number} {action}"[:80], at=at
        )
        for number, action in strangers
    )
