"""Ends of pay, arrears by themselves and parts kept back are told once; what was undone is not told (N-A2)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anling.audit.models import Entry
from anling.audit.scope import within
from anling.casework.appeals import Contested
from anling.casework.models import Appeal, Outcome
from anling.notices.letters import letters_of, take_letters
from anling.notices.models import Notice
from anling.notices.ports import Fate, Receipt
from anling.notices.queries import template_of, words_of
from anling.notices.receipts import take
from anling.notices.sending import key_of, send_due
from anling.notices.words import Reader
from anling.payment.accounts.ledgers import write
from anling.payment.debts.recovering import Plan, approve_order, order
from anling.payment.effects.appealing import receive_appeal
from anling.payment.effects.reversing import reverse
from anling.payment.models import PayLine, PayRun, Recovery
from anling.payment.runs.exporting import export
from anling.payment.runs.running import approve, drop_lines, sign
from anling.payment.runs.telling import tell
from anling.roster.models import Benefit
from anling.rules import ledger as rules
from anling.rules.ledger import Reverse
from anling.rules.months import Month
from tests.support.gateways import FakeGateway
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.settled import approved, dead, found

pytestmark = pytest.mark.usefixtures("db")
REACHED: dict[str, Any] = {"phone": "13800000001", "address": "越秀区东风路1号"}


def _told(*kinds: str) -> list[tuple[str, str, dict[str, str]]]:
    with within(HERE):
        return [(each.kind, each.state, {k: v for k, v in each.values.items() if k != "hotline"})
                for each in Notice.objects.filter(kind__in=kinds).order_by("id")]  # fmt: skip


def _states(kind: str) -> list[tuple[str, str, str]]:
    with within(HERE):
        return [(each.channel, each.state, each.why) for each in Notice.objects.filter(kind=kind).order_by("id")]


def _words(benefit: Benefit, kind: str) -> str:
    with within(HERE):
        said = words_of(Notice.objects.get(benefit=benefit, kind=kind))
    return " ".join((said.message, *(each.text for each in said.letter)))


def _again(run: PayRun, office: PayOffice) -> int:
    with within(HERE):
        return sum(each.count for each in tell(PayRun.objects.get(pk=run.pk), by=office.clerk, at=on(7)).values())


def test_after_a_death_the_family_is_told_until_when_pay_is_due_and_what_to_do_if_it_is_wrong() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, **REACHED)
    dead(office, benefit, date(2026, 6, 20))
    assert _told("end") == []
    run = office.handed_over()
    assert _told("end") == [("end", "queued", {"last": "2026-06"})]
    words = _words(benefit, "end")
    assert "致家属" in words
    assert "养老金发到2026年6月为止" in words
    assert "人还健在" in words
    assert _again(run, office) == 0


def test_the_letter_after_a_death_is_addressed_to_the_family() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, **{**REACHED, "phone": ""})
    dead(office, benefit, date(2026, 6, 20))
    office.handed_over()
    with within(HERE):
        notice = Notice.objects.get(kind="end")
        assert (notice.channel, template_of(notice).to) == ("post", Reader.FAMILY)
        text = letters_of(batch=take_letters(by=office.clerk, at=on(8)).pk, by=office.clerk, at=on(8))
        name = benefit.person.name
    assert f"<br>{name}的家属</div>" in text
    assert f"{name}的家属：您好！" in text


def test_an_end_for_another_cause_is_told_to_the_person_with_the_cause() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, **REACHED)
    approved(office, found(office, benefit, Outcome.DOUBLE_BENEFIT, day=date(2026, 7, 10)))
    office.handed_over()
    ((kind, state, values),) = _told("end")
    assert (kind, state, values["cause"]) == ("end", "queued", "joined_employee_scheme")
    with within(HERE):
        line = PayLine.objects.get(benefit=benefit, action="end")
        assert line.from_month is not None
        assert values["end"] == f"{line.from_month:%Y-%m}"
        assert template_of(Notice.objects.get(kind="end")).to == Reader.PERSON
    assert "您还领着另一份养老金" in _words(benefit, "end")


def test_arrears_that_come_a_run_after_pay_went_on_have_a_notice_of_their_own() -> None:
    office = PayOffice()
    stopped = office.benefit(amount="187.65", **REACHED)
    office.warned(stopped)
    office.handed_over()
    office.passed(stopped, STOP, on(20))
    at = on(6, 9)
    run = office.drafted(STOP + 1, at)
    with within(HERE):
        line = PayLine.objects.get(run=run, action="arrears")
        run = drop_lines(run=run.pk, version=run.version, lines=[line.pk], reason="asked", by=office.clerk, at=at)
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=at)
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=at)
        export(run=run.pk, version=run.version, by=office.clerk, at=at)
    assert _told("restoration", "arrears") == [("restoration", "queued", {"resume": "2026-09"})]
    later = office.handed_over(STOP + 2)
    assert _told("arrears") == [("arrears", "queued", {"paid": "2026-10", "arrears": "187.65", "since": "2026-08"})]
    assert "从2026年8月起没有发的养老金，一共187.65元，在2026年10月补给您" in _words(stopped, "arrears")
    assert _again(later, office) == 0


@pytest.mark.parametrize("arrived", [True, False])
def test_arrears_after_a_refused_resumption_are_told_once_by_whichever_notice_still_goes(arrived: bool) -> None:
    office = PayOffice()
    stopped = office.benefit(amount="187.65", **REACHED)
    office.warned(stopped)
    office.handed_over()
    office.passed(stopped, STOP, on(20))
    number = stopped.benefit_no
    run = office.handed_over(STOP + 1)
    office.answered(run, f"{number},resume,refused", f"{number},arrears,done")
    with within(HERE):
        state = "delivered" if arrived else "undeliverable"
        Notice.objects.filter(kind="restoration").update(state=state, ended_at=on(7, 9))
    office.handed_over(STOP + 2)
    first = ("restoration", state, {"resume": "2026-09", "arrears": "187.65", "since": "2026-08"})
    owed = {"arrears": "187.65", "since": "2026-09"}
    then = ("arrears", "queued", {"paid": "2026-10", **owed}) if arrived else (
        "restoration", "queued", {"resume": "2026-10", **owed})  # fmt: skip
    assert _told("restoration", "arrears") == [first, then]


def test_what_the_dead_did_not_receive_is_told_to_the_family() -> None:
    office = PayOffice()
    stopped = office.benefit(amount="100.00", **REACHED)
    office.warned(stopped)
    office.handed_over()
    dead(office, stopped, date(2026, 8, 25), on(3, 9))
    office.handed_over(STOP + 1)
    assert [(kind, values) for kind, _, values in _told("end", "arrears")] == [
        ("end", {"last": "2026-08"}),
        ("arrears", {"paid": "2026-09", "estate": "100.00", "since": "2026-08"}),
    ]
    assert "一共100.00元，在2026年9月补给家属" in _words(stopped, "arrears")


def test_arrears_that_an_apology_has_named_with_their_month_are_not_told_again() -> None:
    office = PayOffice()
    stopped = office.benefit(**REACHED)
    office.warned(stopped)
    run = office.handed_over()
    _undone(office, stopped, run)
    office.passed(stopped, STOP, on(21))
    office.handed_over(STOP + 1)
    assert [(kind, values.get("arrears")) for kind, _, values in _told("apology", "restoration", "arrears")] == [
        ("apology", "200.00")
    ]


def test_the_first_part_that_is_kept_back_for_a_debt_is_told_and_the_next_ones_are_not() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3, amount="100.00", **REACHED)
    with within(HERE):
        for fact in (
            rules.Paid("paid:2026-07", Month.of(2026, 7), Decimal("100.00")),
            rules.Paid("extra:1", Month.of(2026, 7), Decimal("90.00"), additional=True),
        ):
            write(benefit, fact, source="test", by=office.clerk, at=on(2))
        made = Recovery.objects.create(
            benefit=benefit, person_id=benefit.person_id, region=benefit.region, from_month=date(2026, 7, 1),
            to_month=date(2026, 7, 1), overpaid=Decimal("90.00"), source="test", opened_at=on(2),
        )  # fmt: skip
        plan = Plan(2, STOP, "pay")
        made = order(recovery=made.pk, version=made.version, plan=plan, by=office.clerk, at=on(3))
        approve_order(recovery=made.pk, version=made.version, by=office.reviewer, at=on(3))
    run = office.handed_over()
    assert _told("offset") == [("offset", "queued", {"kept": "30.00", "paid": "2026-08"})]
    assert "扣回30.00元" in _words(benefit, "offset")
    with within(HERE):
        PayRun.objects.filter(pk=run.pk).update(state="acknowledged")
        PayLine.objects.filter(run=run).update(state="done")
    office.handed_over(STOP + 1)
    with within(HERE):
        assert PayLine.objects.filter(action="offset").count() == 2
    assert len(_told("offset")) == 1


def _undone(office: PayOffice, stopped: Benefit, run: PayRun) -> None:
    with within(HERE):
        reverse(
            benefit=stopped.pk, hold_ref=f"stop:payrun:{run.pk}", why=Reverse.WRONGFUL, reason="our mistake",
            by=office.reviewer, at=on(20),
        )  # fmt: skip


def test_a_notice_of_a_stop_that_waits_is_withdrawn_with_the_stop() -> None:
    office = PayOffice()
    stopped = office.benefit(**REACHED)
    office.warned(stopped)
    run = office.handed_over(at=on(6).replace(hour=21))  # quiet hours
    assert _states("suspension") == [("sms", "queued", "")]
    _undone(office, stopped, run)
    assert _states("suspension") == [("sms", "overtaken", "stop_undone")]
    gateway = FakeGateway()
    send_due(at=on(21), gateways={"sms": gateway})
    assert len(gateway.kept) == 1, "the apology alone"
    entry = Entry.objects.get(kind="notices.notice_cancelled")
    assert (entry.object_key, entry.rows, entry.reason) == (str(stopped.pk), 1, "stop_undone")


def test_a_notice_of_an_undone_stop_that_did_not_arrive_goes_by_no_other_channel() -> None:
    office = PayOffice()
    stopped = office.benefit(**REACHED)
    office.warned(stopped)
    run = office.handed_over()
    send_due(at=on(6), gateways={"sms": FakeGateway()})
    assert _states("suspension") == [("sms", "sent", "")]
    _undone(office, stopped, run)
    with within(HERE):
        key = key_of(Notice.objects.get(kind="suspension"))
    take(receipts=[Receipt(key, Fate.UNDELIVERABLE, "unreachable")], at=on(20))
    assert _states("suspension") == [("sms", "undeliverable", "unreachable")]
    with within(HERE):
        assert not Notice.objects.get(kind="suspension").unreached


def test_an_appeal_that_restores_pay_at_once_withdraws_the_notice_too() -> None:
    office = PayOffice()
    stopped = office.benefit(**{**REACHED, "phone": ""})
    office.warned(stopped)
    office.handed_over()
    assert _states("suspension") == [("post", "queued", "")]
    with within(HERE):
        receive_appeal(
            person=stopped.person_id, region=REGION, contested=Contested(Appeal.Way.COUNTER, "I live.", "020"),
            by=office.clerk, at=on(20),
        )  # fmt: skip
    assert _states("suspension") == [("post", "overtaken", "stop_undone")]


def test_a_letter_about_a_stop_that_was_not_printed_before_pay_went_on_is_not_printed() -> None:
    office = PayOffice()
    stopped = office.benefit(**{**REACHED, "phone": ""})
    office.warned(stopped)
    office.handed_over()
    office.passed(stopped, STOP, on(20))
    office.handed_over(STOP + 1)
    assert _states("suspension") == [("post", "overtaken", "later_run")]
    assert [kind for kind, state, _ in _told("suspension", "restoration") if state == "queued"] == ["restoration"]
