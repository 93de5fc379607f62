"""Whose pay a run stops or takes up again is told so once: why, since when, what to do, how much comes (N-A2)."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from anling.audit.models import Entry
from anling.audit.scope import within
from anling.casework.losses import EVENTS
from anling.casework.models import Outcome
from anling.notices.models import Notice
from anling.notices.queries import words_of
from anling.notices.words import causes, templates
from anling.payment.effects import settling
from anling.payment.effects.reversing import reverse
from anling.payment.models import PayRun
from anling.payment.reasons import SUSPEND_REASONS
from anling.payment.runs.exporting import export
from anling.payment.runs.running import approve, sign, stop
from anling.payment.runs.telling import tell
from anling.roster.models import Benefit
from anling.rules.ledger import Reverse
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.settled import found

pytestmark = pytest.mark.usefixtures("db")
REACHED: dict[str, Any] = {"phone": "13800000001", "address": "越秀区东风路1号"}


def _told(*kinds: str) -> list[tuple[int, str, str, dict[str, str]]]:
    with within(HERE):
        rows = Notice.objects.filter(kind__in=kinds or ("suspension", "restoration", "apology")).order_by("id")
        return [(each.benefit_id, each.kind, each.state, {k: v for k, v in each.values.items() if k != "hotline"})
                for each in rows]  # fmt: skip


def _words(benefit: Benefit, kind: str) -> str:
    with within(HERE):
        said = words_of(Notice.objects.get(benefit=benefit, kind=kind))
    return " ".join((said.message, *(each.text for each in said.letter)))


def test_a_stop_is_told_with_its_month_how_pay_goes_on_and_where_to_appeal() -> None:
    office = PayOffice()
    stopped, other = office.benefit(**REACHED), office.benefit(scheme="employee", **REACHED)
    for each in (stopped, other):
        office.warned(each)
    office.handed_over()
    assert _told() == [
        (stopped.pk, "suspension", "queued", {"stop": "2026-08"}),
        (other.pk, "suspension", "queued", {"stop": "2026-08"}),
    ]
    words = _words(stopped, "suspension")
    assert "您的养老金从2026年8月起先停发" in words
    assert "办好就接着发" in words
    assert "申诉" in words
    assert "您的退休金从2026年8月起先停发" in _words(other, "suspension")


def test_nothing_is_told_of_a_draft_a_signed_an_approved_or_a_stopped_run() -> None:
    office = PayOffice()
    office.warned(office.benefit(**REACHED))
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6))
        stop(run=run.pk, version=run.version, reason="wrong roster", by=office.reviewer, at=on(6))
    assert _told() == []


def test_pay_that_goes_on_is_told_with_the_arrears_and_since_when_they_are_owed() -> None:
    office = PayOffice()
    stopped = office.benefit(amount="187.65", **REACHED)
    office.warned(stopped)
    office.handed_over()
    office.handed_over(STOP + 1)
    office.passed(stopped, STOP + 1, on(20, 9))
    office.handed_over(STOP + 2)
    assert _told("restoration") == [
        (stopped.pk, "restoration", "queued", {"resume": "2026-10", "arrears": "375.30", "since": "2026-08"})
    ]
    words = _words(stopped, "restoration")
    assert "从2026年10月起接着发" in words
    assert "从2026年8月起没有发的一共375.30元，随2026年10月的养老金一起补给您" in words


def test_a_run_that_is_told_again_tells_nobody_again_and_the_trail_counts_once() -> None:
    office = PayOffice()
    office.warned(office.benefit(**REACHED))
    run = office.handed_over()
    with within(HERE):
        again = tell(PayRun.objects.get(pk=run.pk), by=office.clerk, at=on(7))
    assert {each.count for each in again.values()} == {0}
    assert len(_told()) == 1
    entries = Entry.objects.filter(kind="notices.notices_queued", object_type="payrun")
    assert [(each.rows, (each.after or {})["kind"]) for each in entries] == [(1, "suspension")]


def test_an_export_whose_file_cannot_be_written_tells_nobody() -> None:
    office = PayOffice()
    office.warned(office.benefit(**REACHED))
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6))

    in_the_way = Path(settings.HOME) / "payruns" / str(run.pk)
    shutil.rmtree(in_the_way, ignore_errors=True)  # of a run with this number in another test
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.write_text("a file where the folder of the run belongs")
    try:
        with within(HERE), pytest.raises(OSError, match="exists"):
            export(run=run.pk, version=run.version, by=office.clerk, at=on(6))
    finally:
        in_the_way.unlink()
    assert _told() == []
    with within(HERE):
        export(run=run.pk, version=run.version, by=office.clerk, at=on(6))
    assert len(_told()) == 1


def test_who_is_reached_by_nothing_is_on_the_list_of_whom_a_person_has_to_see() -> None:
    office = PayOffice()
    silent = office.benefit(phone="", address="")
    office.warned(silent)
    office.handed_over()
    assert _told() == [(silent.pk, "suspension", "undeliverable", {"stop": "2026-08"})]


def test_the_limit_of_a_week_and_the_quiet_hours_hold_for_it_too() -> None:
    office = PayOffice()
    stopped = office.benefit(**REACHED)
    office.warned(stopped)
    at = on(6).replace(hour=21)
    for place in range(2):
        with within(HERE):
            Notice.objects.create(
                person_id=stopped.person_id, benefit=stopped, region=stopped.region, kind="appeal", about=f"a:{place}",
                channel="sms", template="x", state="sent", queued_at=on(5), queued_by="t", send_after=on(5),
                sent_at=on(5),
            )  # fmt: skip
    office.handed_over(at=at)
    with within(HERE):
        assert Notice.objects.get(kind="suspension").send_after == on(12)


def test_a_stop_by_a_finding_is_told_with_its_cause_when_the_run_tells_the_pay_system() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, **REACHED)
    finding = found(office, benefit, Outcome.IN_CUSTODY, day=date(2026, 7, 20))
    with within(HERE):
        version = finding.case.version
        settling.approve_finding(finding=finding.pk, version=version, note="", by=office.reviewer, at=on(3))
    assert _told() == []
    office.handed_over()
    assert _told() == [(benefit.pk, "suspension", "queued", {"stop": "2026-08", "cause": "detained"})]
    assert "有关部门的记录说您被羁押" in _words(benefit, "suspension")


def test_a_reversed_stop_has_an_apology_and_no_second_notice_that_pay_goes_on() -> None:
    office = PayOffice()
    stopped = office.benefit(**REACHED)
    office.warned(stopped)
    run = office.handed_over()
    with within(HERE):
        reverse(
            benefit=stopped.pk, hold_ref=f"stop:payrun:{run.pk}", why=Reverse.WRONGFUL, reason="our mistake",
            by=office.reviewer, at=on(20),
        )  # fmt: skip
    office.passed(stopped, STOP, on(21))
    office.handed_over(STOP + 1)
    assert [(kind, values) for _, kind, _, values in _told()] == [
        ("suspension", {"stop": "2026-08"}),
        ("apology", {"stop": "2026-08", "resume": "2026-09", "arrears": str(Decimal("200.00"))}),
    ]


def test_every_cause_for_which_a_finding_stops_pay_has_words_of_its_own() -> None:
    stops = {SUSPEND_REASONS[kind] for kinds in EVENTS.values() for kind in kinds if kind in SUSPEND_REASONS}
    assert stops - {"death"} <= set(causes())
    assert {each.language for each in templates().values() if "cause" in each.values} == {"zh-hans", "en"}
