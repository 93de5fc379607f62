"""Two act on one thing at the same moment, each in a transaction of its own: one outcome, whoever comes first.

Where the order matters, one transaction is held open until the database says that the other one waits for it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import translation

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor
from anling.casework.errors import TakenError
from anling.casework.models import Case, Outcome
from anling.payment.effects import settling
from anling.payment.errors import PaymentError
from anling.payment.models import PayFact, PayLine, PayRun, Recovery
from anling.payment.runs.exporting import export
from anling.payment.runs.proposing import propose
from anling.payment.runs.running import approve, sign
from anling.roster.models import Benefit
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import clerk, officer
from tests.support.settled import found
from tests.support.told import untold

PATIENCE = 30.0


@pytest.mark.usefixtures("flushed")
def test_of_two_officers_who_approve_at_once_one_does_and_the_other_is_told() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 5, 20))
    others = [office.reviewer, actor_of(officer("third", Role.REVIEWER, REGION), date(2026, 7, 1))]
    with within(HERE):
        version = Case.objects.get(pk=finding.case_id).version

    def attempt(by: Actor) -> str:
        try:
            with within(HERE):
                settling.approve_finding(finding=finding.pk, version=version, note="", by=by, at=on(3))
        except TakenError:
            return "told"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, others)) == ["done", "told"]
    with within(HERE):
        assert PayFact.objects.count() == 1
        assert Recovery.objects.count() == 1


def _alone(act: Callable[[], Any]) -> Any:
    """An act in this thread, whose connections end with it."""
    try:
        with translation.override("en"):
            return act()
    finally:
        connections.close_all()


def _until_somebody_waits() -> None:
    """Until a transaction waits for a lock of another one."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits: the two did not meet")


def _drafted_while_another_is(office: PayOffice, region: str, second: Actor) -> "tuple[PayRun, Future[PayRun]]":
    """A draft of the office's region, in whose midst somebody else asks for one of the same month."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(label: str, done: int, total: int) -> None:
        del label, total
        if done == 1:
            begun.set()
            assert go_on.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(
            _alone, lambda: propose(region=REGION, month=STOP, by=office.clerk, at=on(6), progress=hold)
        )  # fmt: skip
        assert begun.wait(PATIENCE)
        other = pool.submit(_alone, lambda: propose(region=region, month=STOP, by=second, at=on(6)))
        _until_somebody_waits()
        go_on.set()
        return first.result(PATIENCE), other


def _lines() -> list[tuple[str, str, str]]:
    with within(HERE):
        return list(PayLine.objects.order_by("benefit_id").values_list("action", "state", "holds"))


@pytest.mark.usefixtures("flushed")
def test_of_two_drafts_of_one_month_at_once_there_is_one_run_with_each_line_once() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    office.benefit()
    first, other = _drafted_while_another_is(office, REGION, clerk(REGION, "second-clerk"))
    run = other.result()
    assert (run.pk, run.version) == (first.pk, first.version + 1)
    assert run.content_hash == first.content_hash
    assert _lines() == [("stop", "proposed", ""), ("stop", "held", "held_no_warning")]
    with within(HERE):
        assert PayRun.objects.count() == 1
        with pytest.raises(PaymentError, match="Somebody else has changed the run"):
            sign(run=first.pk, version=first.version, by=office.clerk, at=on(6))


@pytest.mark.usefixtures("flushed")
def test_of_a_district_and_its_province_that_draft_at_once_the_second_is_told() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    first, other = _drafted_while_another_is(office, "44", clerk("44", "province-clerk"))
    with pytest.raises(PaymentError, match="is there already"):
        other.result()
    with within(HERE):
        assert [each.pk for each in PayRun.objects.all()] == [first.pk]
    assert _lines() == [("stop", "proposed", "")]


@contextmanager
def _in_the_way(of: Any) -> Iterator[None]:
    """Rows that another transaction cannot change until the end of the block; it can refer to them."""
    with within(HERE):
        list(of.select_for_update(no_key=True))
        yield


def _signed(office: PayOffice, *, approved: bool) -> PayRun:
    run = office.drafted()
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6))
        return approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6)) if approved else run


def _approve(office: PayOffice, run: PayRun) -> PayRun:
    with within(HERE):
        return approve(run=run.pk, version=run.version, by=office.reviewer, at=on(7))


def _export(office: PayOffice, run: PayRun) -> PayRun:
    with within(HERE):
        return export(run=run.pk, version=run.version, by=office.clerk, at=on(7))


def _it_stops_and_the_next_run_makes_it_good(office: PayOffice, benefit: Benefit) -> None:
    """What a pass after the cut-off comes to (domain.md, section 1): this run stands, the next one pays again."""
    with within(HERE):
        benefit.refresh_from_db()
        assert (benefit.pay_status, benefit.suspend_reason) == ("suspended", "no_proof_of_life")
        assert PayFact.objects.filter(benefit=benefit, what="stop").count() == 1
    office.handed_over(STOP + 1)
    with within(HERE):
        benefit.refresh_from_db()
        lines = PayLine.objects.filter(run__month=(STOP + 1).first_day).order_by("action")
        assert [(each.action, each.amount) for each in lines] == [("arrears", Decimal("200.00")), ("resume", None)]
        assert benefit.pay_status == "paying"
    assert untold() == []


@pytest.mark.usefixtures("flushed")
@pytest.mark.parametrize("act", ["approval", "export"])
def test_a_pass_that_arrives_in_the_midst_of_an_act_falls_to_the_next_run(act: str) -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    run = _signed(office, approved=act == "export")
    held = PayLine.objects.filter(run=run) if act == "approval" else Benefit.objects.filter(pk=benefit.pk)
    perform = _approve if act == "approval" else _export
    with ThreadPoolExecutor(2) as pool:
        with _in_the_way(held):
            acting = pool.submit(_alone, lambda: perform(office, run))
            _until_somebody_waits()
            pool.submit(_alone, lambda: office.passed(benefit, STOP, on(7))).result(PATIENCE)
            assert not acting.done(), "the pass was to arrive before the act was over"
        run = acting.result(PATIENCE)
    if act == "approval":
        run = _export(office, run)
    assert run.state == "exported"
    _it_stops_and_the_next_run_makes_it_good(office, benefit)


@pytest.mark.usefixtures("flushed")
@pytest.mark.parametrize("act", ["approval", "export"])
def test_an_act_in_the_midst_of_a_pass_waits_for_nothing_and_comes_to_the_same(act: str) -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    run = _signed(office, approved=act == "export")
    perform = _approve if act == "approval" else _export
    with ThreadPoolExecutor(1) as pool, within(HERE):
        office.passed(benefit, STOP, on(7))
        assert connection.in_atomic_block
        run = pool.submit(_alone, lambda: perform(office, run)).result(PATIENCE)
    if act == "approval":
        run = _export(office, run)
    _it_stops_and_the_next_run_makes_it_good(office, benefit)


@pytest.mark.usefixtures("flushed")
def test_of_two_who_hand_a_run_over_at_once_one_does_and_everybody_is_told_once() -> None:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    run = _signed(office, approved=True)

    def attempt(_: int) -> str:
        try:
            return str(_export(office, run).state)
        except PaymentError:
            return "told"

    with ThreadPoolExecutor(2) as pool:
        with _in_the_way(Benefit.objects.filter(pk=benefit.pk)):
            acting = [pool.submit(_alone, lambda: attempt(0)) for _ in range(2)]
            _until_somebody_waits()
        assert sorted(each.result(PATIENCE) for each in acting) == ["exported", "told"]
    assert untold() == []
