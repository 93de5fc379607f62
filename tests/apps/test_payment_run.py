"""A pay run from draft to answer: who stops and who is held, two officers, late passes and their arrears (N-A2)."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from anling.access.errors import NotAllowedError
from anling.audit.scope import within
from anling.casework.appeals import Contested
from anling.casework.models import Appeal, Attempt
from anling.casework.operations import Tried, record_attempt
from anling.feeds.models import Batch
from anling.passes.models import Pass
from anling.passes.operations import revoke_pass
from anling.payment.accounts.ledgers import account_of
from anling.payment.effects.appealing import receive_appeal
from anling.payment.errors import PaymentError, SamePersonError
from anling.payment.models import Mismatch, PayLine, PayRun
from anling.payment.runs.acknowledging import acknowledge, close, settle
from anling.payment.runs.exporting import control_file
from anling.payment.runs.running import approve, drop_lines, put_lines, return_, sign, stop
from anling.roster.merging import merge_people
from anling.roster.models import Benefit
from anling.rules.money import ZERO
from anling.rules.months import Month
from tests.support.pay import HERE, REGION, STOP, PayOffice, on

pytestmark = pytest.mark.usefixtures("db")


def _lines(run: PayRun) -> dict[int, list[tuple[str, str, str]]]:
    with within(HERE):
        found: dict[int, list[tuple[str, str, str]]] = {}
        for line in PayLine.objects.filter(run=run).order_by("action"):
            found.setdefault(line.benefit_id, []).append((line.action, line.state, line.holds))
        return found


def _status(benefit: Benefit) -> tuple[str, str]:
    with within(HERE):
        benefit.refresh_from_db()
    return benefit.pay_status, benefit.suspend_reason


def test_who_was_warned_and_did_not_pass_stops_and_everybody_else_is_held_by_name() -> None:
    office = PayOffice()
    warned, silent, unreached, later = (office.benefit() for _ in range(4))
    office.warned(warned)
    office.warned(unreached, "undeliverable")
    office.passed(later, STOP - 12, on(2, 8))
    run = office.drafted()
    assert _lines(run) == {
        warned.pk: [("stop", "proposed", "")],
        silent.pk: [("stop", "held", "held_no_warning")],
        unreached.pk: [("stop", "held", "held_no_contact")],
    }
    assert run.counts["not_due"] == 1
    assert _status(warned) == ("paying", "")


def test_a_machine_drafts_nothing_before_the_cut_off_is_over() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    run = office.drafted(at=on(3))
    with within(HERE), pytest.raises(PaymentError, match="Passes count until the end of 2026-08-05"):
        sign(run=run.pk, version=run.version, by=office.clerk, at=on(7))


def test_a_missing_source_holds_everybody() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    with within(HERE):
        Batch.objects.filter(feed="police_death").update(state="refused")
    run = office.drafted()
    assert _lines(run) == {stopped.pk: [("stop", "held", "held_feed_unhealthy")]}
    assert run.counts["blind_feeds"] == ["police_death"]


def test_after_a_pass_was_revoked_an_earlier_warning_stops_nobody() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    office.passed(benefit, STOP - 1, on(20, 7))
    with within(HERE):
        made = Pass.objects.get(person=benefit.person_id, month=(STOP - 1).first_day)
        revoke_pass(made=made.pk, reason="another person", by=office.clerk, at=on(2))
    assert _lines(office.drafted()) == {benefit.pk: [("stop", "held", "held_no_warning")]}


def test_an_attempt_at_a_wrong_number_reached_nobody() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit, "undeliverable")
    tried = Tried(Attempt.Way.PHONE, Attempt.Result.WRONG_NUMBER, on(3))
    with within(HERE):
        record_attempt(person=benefit.person_id, region=benefit.region, tried=tried, by=office.clerk, at=on(3))
    assert _lines(office.drafted()) == {benefit.pk: [("stop", "held", "held_no_contact")]}


def test_the_open_appeal_of_a_record_that_was_merged_holds_the_stop_of_the_one_that_is_left() -> None:
    office = PayOffice()
    benefit, twin = office.benefit(), office.benefit()
    office.warned(benefit)
    office.warned(twin)
    with within(HERE):
        contested = Contested(Appeal.Way.COUNTER, "I live.", "020")
        receive_appeal(person=twin.person_id, region=REGION, contested=contested, by=office.clerk, at=on(2))
        merge_people(
            keep=benefit.person_id, other=twin.person_id, reason="one person", by=office.clerk, at=on(2), confirmed=True
        )
    assert {lines[0][2] for lines in _lines(office.drafted()).values()} == {"held_appeal held_case"}


def test_what_was_delivered_and_not_compared_yet_holds_everybody_until_a_run_of_it_is_taken_over() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    with within(HERE):
        Batch.objects.filter(feed="insurance_outpatient").update(settled_at=on(5))
    run = office.drafted()
    assert _lines(run) == {stopped.pk: [("stop", "held", "held_feed_unhealthy")]}
    assert (run.counts["blind_feeds"], run.counts["not_compared"]) == ([], ["insurance_outpatient"])
    office.compared(on(5))
    assert _lines(office.drafted()) == {stopped.pk: [("stop", "proposed", "")]}


def test_arrears_follow_the_resumption_that_a_clerk_takes_out_or_puts_back() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    office.handed_over()
    office.passed(stopped, STOP, on(20))
    run = office.drafted(STOP + 1)
    with within(HERE):
        lines = {line.action: line.pk for line in PayLine.objects.filter(run=run)}
        run = drop_lines(
            run=run.pk, version=run.version, lines=[lines["resume"]], reason="look again", by=office.clerk, at=on(6, 9)
        )
    assert _lines(run) == {stopped.pk: [("arrears", "dropped", ""), ("resume", "dropped", "")]}
    with within(HERE):
        with pytest.raises(PaymentError, match="Some of the lines cannot be moved"):
            put_lines(
                run=run.pk, version=run.version, lines=[lines["arrears"]], reason="x", by=office.clerk, at=on(6, 9)
            )
        version = PayRun.objects.get(pk=run.pk).version
        run = put_lines(
            run=run.pk, version=version, lines=list(lines.values()), reason="seen", by=office.clerk, at=on(6, 9)
        )
    assert _lines(run) == {stopped.pk: [("arrears", "proposed", ""), ("resume", "proposed", "")]}


def test_nobody_approves_what_they_drafted_or_signed() -> None:
    office = PayOffice()
    both = office.clerk
    office.warned(office.benefit())
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=both, at=on(6))
        with pytest.raises(NotAllowedError):
            approve(run=run.pk, version=run.version, by=both, at=on(6))
        with pytest.raises(SamePersonError):
            approve(
                run=run.pk, version=run.version, at=on(6),
                by=replace(both, permits=(*both.permits, *office.reviewer.permits)),
            )  # fmt: skip


def test_handed_over_it_counts_and_the_file_says_so() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    run = office.handed_over()
    assert _status(stopped) == ("suspended", "no_proof_of_life")
    with within(HERE):
        made = control_file(run)
    assert made.sha256 == run.file_sha256
    with made.file:
        rows = made.file.read().decode("utf-8-sig").splitlines()
    assert rows[1].split(",")[2:] == ["170", "440104", "", "stop", "2", "1201", "2026-08", "", ""]


def test_a_late_pass_resumes_pay_in_the_next_run_with_every_month_withheld() -> None:
    office = PayOffice()
    stopped = office.benefit(amount="187.65")
    office.warned(stopped)
    office.handed_over()
    office.handed_over(STOP + 1)
    office.passed(stopped, STOP + 1, on(20, 9))
    run = office.handed_over(STOP + 2)
    assert _lines(run) == {stopped.pk: [("arrears", "approved", ""), ("resume", "approved", "")]}
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
        assert (line.amount, line.from_month, line.to_month) == (
            Decimal("375.30"), STOP.first_day, (STOP + 1).first_day,
        )  # fmt: skip
        answer = f"benefit_no,action,result\n{stopped.benefit_no},resume,done\n{stopped.benefit_no},arrears,done\n"
        run = acknowledge(
            run=run.pk, version=run.version, file_name="answer.csv", file=BytesIO(answer.encode()), by=office.clerk,
            at=on(25, 10),
        )  # fmt: skip
        run = close(run=run.pk, version=run.version, by=office.clerk, at=on(26, 10))
        totals = account_of(stopped, at=on(26, 10)).ledger.totals
    assert run.state == "closed"
    assert (totals.arrears_paid, totals.arrears_open, totals.outstanding) == (Decimal("375.30"), ZERO, ZERO)
    assert _status(stopped) == ("paying", "")
    assert _lines(office.drafted(STOP + 3)) == {}


def test_a_refused_stop_and_a_line_nobody_sent_are_differences_that_a_person_settles() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    run = office.handed_over()
    answer = f"benefit_no,action,result,code\n{stopped.benefit_no},stop,refused,E7\nB0,stop,done,\n".encode()
    with within(HERE):
        run = acknowledge(
            run=run.pk, version=run.version, file_name="a.csv", file=BytesIO(answer), by=office.clerk, at=on(25)
        )
        with pytest.raises(PaymentError, match="2 differences"):
            close(run=run.pk, version=run.version, by=office.clerk, at=on(26))
        for each in Mismatch.objects.filter(run=run):
            settle(mismatch=each.pk, note="called them", by=office.clerk, at=on(26))
        assert close(run=run.pk, version=run.version, by=office.clerk, at=on(26)).state == "closed"
        ledger = account_of(stopped, at=on(26)).ledger
    assert ledger.totals.overpaid == Decimal("200.00")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"benefit_no,result\nB1,done\n", "a.csv has no column action"),
        (b"benefit_no,action,result\nB1,stop,maybe\n", "a.csv, row 2, result: write done or refused"),
        (b"benefit_no,action,result\nB1,pause,done\n", "a.csv, row 2, action"),
        (b"benefit_no,action,result\nB1,stop,done\nB1,stop,done\n", "a.csv, row 3: the line stands there twice"),
        (b"\xff\xff\xff", "a.csv is neither UTF-8 nor GB18030"),
        (b"benefit_no,action,result\n" + b"x" * 70_000 + b"\n", "a.csv is no table"),
        (b"benefit_no,action,result\nB\x001,stop,done\n", "a.csv is no table"),
    ],
)
def test_a_wrong_answer_file_is_refused_as_a_whole(content: bytes, said: str) -> None:
    office = PayOffice()
    office.warned(office.benefit())
    run = office.handed_over()
    with within(HERE), pytest.raises(PaymentError, match=said):
        acknowledge(
            run=run.pk, version=run.version, file_name="a.csv", file=BytesIO(content), by=office.clerk, at=on(25)
        )
    with within(HERE):
        assert PayRun.objects.get(pk=run.pk).state == "exported"


def test_one_run_of_a_month_and_an_emergency_stop_until_it_is_handed_over() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
    with pytest.raises(PaymentError, match="is there already"):
        office.drafted()
    with within(HERE):
        run = stop(run=run.pk, version=run.version, reason="wrong feed", by=office.reviewer, at=on(6))
    again = office.handed_over(at=on(8))
    assert again.pk != run.pk
    with within(HERE), pytest.raises(PaymentError, match="can no longer be done"):
        stop(run=again.pk, version=again.version, reason="too late", by=office.clerk, at=on(9))


def test_what_a_person_took_out_stays_out_and_the_person_is_paid() -> None:
    office = PayOffice()
    spared, stopped = office.benefit(), office.benefit()
    office.warned(spared)
    office.warned(stopped)
    run = office.drafted()
    with within(HERE):
        line = PayLine.objects.get(run=run, benefit=spared)
        drop_lines(run=run.pk, lines=[line.pk], version=run.version, reason="in hospital", by=office.clerk, at=on(6))
    run = office.handed_over(at=on(7))
    assert _lines(run) == {spared.pk: [("stop", "dropped", "")], stopped.pk: [("stop", "approved", "")]}
    assert _status(spared) == ("paying", "")


def test_a_returned_run_is_a_draft_again_and_somebody_who_comes_second_is_told_so() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    run = office.drafted()
    with within(HERE):
        signed = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        with pytest.raises(PaymentError, match="changed the run meanwhile"):
            approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6))
        back = return_(run=run.pk, version=signed.version, reason="look again", by=office.reviewer, at=on(6))
        line = PayLine.objects.get(run=run)
        chosen: Any = {"run": run.pk, "lines": [line.pk], "by": office.clerk, "at": on(6)}
        drop_lines(version=back.version, reason="x", **chosen)
        put_lines(version=back.version + 1, reason="y", **chosen)
        assert PayLine.objects.get(run=run).state == "proposed"


def test_no_run_of_a_month_long_over_or_far_ahead() -> None:
    office = PayOffice()
    for month in (STOP - 1, STOP + 2):
        with pytest.raises(PaymentError, match=f"not {month}"):
            office.drafted(month, on(6))
    assert Month.of(2026, 8) == STOP
