"""The payment-control file: what an approved run tells the pay system, with totals and hash; from then on it counts.

Rows, facts of pay, statuses and the notices to people are written in one transaction; the file is made of the rows and
comes out the same again, so that a process killed on the way leaves a run that is approved or one that is handed over,
nothing between.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import may, require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.values import Actor
from anling.engines.cells import guarded
from anling.payment.errors import PaymentError
from anling.payment.models import Action, LineState, PayLine, PayRun, RunState
from anling.payment.reasons import NOT_CERTIFIED
from anling.payment.runs.proposing import content_hash, subject
from anling.payment.runs.running import changing, check_month
from anling.payment.runs.telling import tell
from anling.policy import load
from anling.roster.paying import go_live, set_pay_status
from anling.rules.events import EventKind

COLUMNS = (
    "benefit_no", "AAC001", "AAE140", "AAB301", "AAB034", "action", "AAE116", "AAE160", "from_month", "to_month",
    "amount",
)  # fmt: skip
"""Columns of the control file: national codes where there are any (domain.md, section 4)."""
STATUS_AFTER: Mapping[str, str] = {Action.STOP: "suspended", Action.RESUME: "paying", Action.END: "ended"}

_FACT = "benefit_id, region, ref, what, month, reason, of, details, source, at, doer, doer_label"
_STOPPED = f"""
INSERT INTO payment_payfact ({_FACT})
SELECT l.benefit_id, l.region, l.fact, 'stop', l.from_month, '{EventKind.NOT_CERTIFIED.value}', '',
    '{{}}'::jsonb, %(source)s, %(at)s, %(doer)s, %(doer_label)s
FROM payment_payline l
WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.fact = 'stop:' || %(source)s
"""
_RESUMED = f"""
INSERT INTO payment_payfact ({_FACT})
SELECT l.benefit_id, l.region, l.fact, 'resumption', l.from_month, '', hold.ref, '{{}}'::jsonb, %(source)s,
    %(at)s, %(doer)s, %(doer_label)s
FROM payment_payline l
JOIN LATERAL (
    SELECT h.ref FROM payment_payfact h
    WHERE h.benefit_id = l.benefit_id AND h.what = 'stop' AND h.reason = '{EventKind.NOT_CERTIFIED.value}'
        AND NOT EXISTS (
        SELECT 1 FROM payment_payfact u WHERE u.benefit_id = h.benefit_id AND u.of = h.ref)
    ORDER BY h.id DESC LIMIT 1
) AS hold ON true
WHERE l.run_id = %(run)s AND l.state = 'approved' AND l.fact = 'resumption:' || %(source)s
"""
_STATUSES = f"""
SELECT l.benefit_id, CASE l.action WHEN 'stop' THEN 'suspended' ELSE 'paying' END AS pay_status,
    CASE l.action WHEN 'stop' THEN '{NOT_CERTIFIED}' ELSE '' END AS suspend_reason
FROM payment_payline l JOIN roster_benefit b ON b.id = l.benefit_id
WHERE l.run_id = %(run)s AND l.state = 'approved' AND (
    (l.fact = 'stop:' || %(source)s AND b.pay_status = 'paying')
    OR (l.fact = 'resumption:' || %(source)s AND b.suspend_reason = '{NOT_CERTIFIED}'))
"""
"""What a finding ended or suspended since the run was signed stays so: it outweighs a pass or the want of one."""


@dataclass(frozen=True, slots=True)
class ControlFile:
    """The file, open at its beginning and gone once it is closed; its SHA-256, and its rows below the header."""

    name: str
    file: BinaryIO
    sha256: str
    rows: int


def export(*, run: int, version: int, by: Actor, at: datetime) -> PayRun:
    """Hand an approved run over: its file is made, its stops, resumptions and ends count, and people are told.

    Raises PaymentError where the run is not as it was approved or its month is over, NotAllowedError.
    """
    with changing(run, version, Act.SIGN_PAY, by, (RunState.APPROVED,), or_act=Act.APPROVE_PAY) as found:
        check_month(found, at)
        if content_hash(run) != found.content_hash:
            raise PaymentError(gettext("The run is not as it was approved; stop it and draft it anew."))
        source = f"payrun:{run}"
        values: dict[str, str | int | datetime] = {
            "run": run, "source": source, "at": at, "doer": by.key, "doer_label": by.label,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_STOPPED, values)
            cursor.execute(_RESUMED, values)
        changed = set_pay_status(_STATUSES, values, source=source, by=by, at=at)
        go_live(region=found.region, source=source, at=at)
        tell(found, by=by, at=at)
        made = control_file(found)
        with made.file:
            _keep(found, made)
        found.state, found.exported_at = RunState.EXPORTED, at
        found.file_name, found.file_sha256 = made.name, made.sha256
        record(
            Kind.PAYRUN_EXPORTED, by=by, at=at, on=subject(found), rows=made.rows, content_hash=made.sha256,
            after={"file": made.name, "benefits": changed},
        )  # fmt: skip
    return found


@transaction.atomic
def note_taken(*, run: PayRun, kind: str, by: Actor, at: datetime) -> None:
    """Record that somebody took the control file out; for those who sign or approve. Raises NotAllowedError."""
    if not may(by, Act.SIGN_PAY, run.region):
        require(by, Act.APPROVE_PAY, run.region)
    record(Kind.LIST_EXPORTED, by=by, at=at, on=subject(run), after={"file": kind}, content_hash=run.file_sha256)


def control_file(run: PayRun) -> ControlFile:
    """The file of a run, the same bytes each time: rows in the order of benefit number and action.

    It lies on the disk while it is open: a province's rows do not fit into memory beside everything else.
    """
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(exist_ok=True)
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # whoever takes it closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    rows = 0
    for rows, row in enumerate(_rows(run), 1):  # noqa: B007  # the last one is told
        writer.writerow(row)
    text.flush()
    text.detach()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return ControlFile(file_name(run), file, digest, rows)


def file_name(run: PayRun) -> str:
    """What the control file of a run is called."""
    return f"payrun-{run.region}-{run.month:%Y%m}-{run.pk}.csv"


def manifest(run: PayRun, sha256: str) -> bytes:
    """What is said beside the control file: its hash, rows and yuan by action."""
    said = {"run": run.pk, "region": run.region, "month": f"{run.month:%Y-%m}", "file": file_name(run),
            "sha256": sha256, "totals": totals(run)}  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=2).encode()


def workbook(run: PayRun, file: BinaryIO) -> None:
    """The same rows as a workbook, with the totals on a sheet of their own; every number of a benefit stays a text."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("lines")
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(chain((COLUMNS,), _rows(run))):
            for column, value in enumerate(row):
                sheet.write_string(place, column, value)
        sheet = book.add_worksheet("totals")
        names = ("action", "lines", "amount")
        for place, said in enumerate((names, *([each[name] for name in names] for each in totals(run)))):
            for column, cell in enumerate(said):
                sheet.write_string(place, column, str(cell))


def totals(run: PayRun) -> list[dict[str, str | int]]:
    """Lines and yuan by action, of what is handed over."""
    rows = _lines(run).order_by().values("action").annotate(lines=Count("pk"), amount=Sum("amount")).order_by("action")
    return [
        {"action": str(row["action"]), "lines": int(row["lines"]), "amount": str(row["amount"] or Decimal("0.00"))}
        for row in rows
    ]


def _lines(run: PayRun) -> QuerySet[PayLine]:
    states = (LineState.APPROVED, LineState.DONE, LineState.REFUSED)
    return PayLine.objects.filter(run=run, state__in=states).select_related("benefit")


def _rows(run: PayRun) -> Iterator[tuple[str, ...]]:
    codes = _codes(run)
    for line in _lines(run).order_by("benefit__benefit_no", "action").iterator(5_000):
        benefit, status = line.benefit, STATUS_AFTER.get(line.action, "")
        yield (
            guarded(benefit.benefit_no), guarded(benefit.person_no), codes["scheme"][line.scheme], line.region,
            guarded(benefit.agency), line.action, codes["pay_status"].get(status, ""),
            codes["suspend_reason"].get(line.reason, line.reason), _said(line.from_month), _said(line.to_month),
            "" if line.amount is None else str(line.amount),
        )  # fmt: skip


def _codes(run: PayRun) -> Mapping[str, Mapping[str, str]]:
    """Our word → the national code that the table of the border gives it; our word where it gives none."""
    values = load().values(timezone.localdate(run.proposed_at))
    return {
        column: {word: code for code, word in sorted(values[column].items(), reverse=True) if code.isdigit()}
        for column in ("scheme", "pay_status", "suspend_reason")
    }


def _said(day: object) -> str:
    return f"{day:%Y-%m}" if day else ""


def _keep(run: PayRun, made: ControlFile) -> None:
    folder = Path(settings.HOME) / "payruns" / str(run.pk)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((made.name, made.file), (f"{made.name}.json", io.BytesIO(manifest(run, made.sha256)))):
        draft = folder / f"{name}.part"
        with draft.open("wb") as file:
            shutil.copyfileobj(content, file)
        draft.replace(folder / name)
