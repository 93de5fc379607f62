"""What the office does in each month of the simulated year, by the same operations as its pages."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework import findings, operations
from anling.casework.adopting import adopt
from anling.casework.findings import Found
from anling.casework.models import Attempt, Case, CaseState, Outcome
from anling.casework.operations import Tried
from anling.comparison.models import Run
from anling.comparison.operations import start
from anling.comparison.working import execute
from anling.feeds.receiving import Delivery, Rooms, deliver
from anling.feeds.roster_import import apply_file, check_file
from anling.notices.results import tell_results
from anling.notices.warnings import warn
from anling.passes.models import Way
from anling.passes.recording import Origin, record_set
from anling.passes.stands import make_stands
from anling.payment.accounts.ledgers import open_holds
from anling.payment.debts import recovering
from anling.payment.debts.recovering import Plan
from anling.payment.effects import settling
from anling.payment.effects.reversing import reverse
from anling.payment.models import Mismatch, PayLine, PayRun, Recovery
from anling.payment.runs.acknowledging import acknowledge, close, settle
from anling.payment.runs.exporting import control_file, export
from anling.payment.runs.proposing import propose
from anling.payment.runs.running import approve, drop_lines, sign, stop
from anling.policy import load
from anling.roster import operations as roster
from anling.roster.models import Benefit
from anling.rules.ledger import Reverse
from anling.rules.money import half_up
from anling.rules.months import Month
from tests.support.platform import officer
from tests.support.year.pay_system import ZERO, PaySystem
from tests.support.year.world import CHINA, FIRST, World

PROVINCE = Scope("44")
_DELIVERED, _ATTEMPTED, _AT_THE_COUNTER, _BACK = 0.9, 0.8, 0.55, 0.6
_IN_PARTS = 0.3
_TAKEN_OUT = 0.03
_RAISE = Decimal("1.04")
ANEW, RAISED, STOPPED = FIRST + 3, FIRST + 6, FIRST + 8
"""Months in which a run is stopped and made anew, amounts are raised, and the run is stopped with no other after it."""
_MISTAKEN = 0.01
"""Share of the living on the lists whom two officers take for dead: they appeal, and are restored a month later."""
_ARRIVED = """
UPDATE notices_notice SET state = CASE WHEN id %% 10 < %(delivered)s THEN 'delivered' ELSE 'undeliverable' END,
    sent_at = %(at)s, ended_at = %(at)s
WHERE state = 'queued' AND queued_at <= %(at)s
"""
_WALKED_IN = """
SELECT s.person_id, s.benefit_id, s.region, %(month)s::date AS month, %(at)s::timestamptz AS shown_at,
    '[]'::jsonb AS evidence
FROM passes_stand s WHERE s.person_id = ANY(%(people)s)
"""


@dataclass
class YearOffice:
    """The office, its officers, and what happened. wronged: benefits of living people that were ended by mistake."""

    world: World
    chance: random.Random
    clerk: Actor
    reviewer: Actor
    pay_system: PaySystem
    told: Callable[[str], None]
    numbers: dict[int, str] = field(default_factory=dict)
    wronged: dict[int, str] = field(default_factory=dict)
    blind: list[Month] = field(default_factory=list)
    taken_out: int = 0
    received: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    """Yuan that families paid back, by benefit number."""

    @classmethod
    def open(cls, world: World, told: Callable[[str], None]) -> YearOffice:
        """Officers, and the roster of the last day before the year."""
        day = date(2026, 1, 1)
        clerk = actor_of(officer("year-clerk", Role.CLERK, "44"), day)
        reviewer = actor_of(officer("year-reviewer", Role.REVIEWER, "44"), day)
        _import(world.folder / "province" / "roster.parquet", clerk, datetime(2026, 1, 1, 9, tzinfo=CHINA))
        with within(PROVINCE):
            rows = list(Benefit.objects.values_list("pk", "benefit_no", "monthly_amount", "pay_status", "person_id",
                                                    "person_no"))  # fmt: skip
        amounts = {number: amount or ZERO for _, number, amount, *_ in rows}
        paying = {number for _, number, _, status, *_ in rows if status == "paying"}
        made = cls(world, random.Random(7), clerk, reviewer, PaySystem(amounts, paying), told)
        made.numbers = {person: person_no for *_, person, person_no in rows}
        return made

    def month(self, month: Month) -> PayRun:
        """From the deliveries of the first days to the answer of the pay system."""
        new = self.world.deliver(month - 1) if month > FIRST else self.world.deliveries_before()
        if month == RAISED:
            self.raise_amounts(month)
        self.compare(month, new)
        self.restore_the_wronged(month)
        self.settle_cases(month)
        self.recover(month)
        self.warn(month)
        self.walk_in(month)
        run = self.pay(month)
        self.told(f"{month}: {_summary(run)}")
        self.world.live(month)
        return run

    def raise_amounts(self, month: Month) -> None:
        """The yearly raise: a roster with other amounts, which the pay system pays from the same month on."""
        path = self.world.raised_roster(_RAISE)
        _import(path, self.clerk, on(month, 1))
        with within(PROVINCE):
            self.pay_system.amounts.update(
                (number, amount or ZERO)
                for number, amount in Benefit.objects.values_list("benefit_no", "monthly_amount")
            )

    def compare(self, month: Month, deliveries: list[Path]) -> None:
        """Deliveries in, a comparison as of the second day, and what it found taken over."""
        at = on(month, 2)
        rooms = Rooms(Path(settings.HOME), load())
        with within(PROVINCE):
            for path in deliveries:
                delivery = Delivery(path, path.with_suffix(".json"), "command")
                assert deliver(delivery=delivery, rooms=rooms, by=self.clerk, at=at).state == "ready", path
        run = start(region="44", as_of=at.date(), reason="", by=self.clerk, at=at)
        execute(run=run.pk, region="44", now=lambda: at)
        with within(PROVINCE):
            assert Run.objects.get(pk=run.pk).state == "done", Run.objects.get(pk=run.pk).error
            adopt(run=run.pk, by=self.clerk, at=at, reason="the month")

    def settle_cases(self, month: Month) -> None:
        """Every open case is looked into: the truth is found, now and then not."""
        at = on(month, 3)
        with within(PROVINCE):
            waiting = list(Case.objects.filter(state=CaseState.OPEN).order_by("pk"))
        for case in waiting:
            with within(PROVINCE):
                self._settle(case, at)

    def _settle(self, case: Case, at: datetime) -> None:
        someone = self.world.people[self.numbers[case.person_id]]
        dead = someone.death is not None and someone.death < at.date()
        mistaken = not dead and case.kind == "lost" and self.chance.random() < _MISTAKEN
        if dead:
            said = Found(Outcome.DEAD, "the household says so", day=someone.death)
        elif mistaken:
            said = Found(Outcome.DEAD, "the list says so", day=at.date() - timedelta(days=40))
        else:
            said = Found(Outcome.ALIVE, "seen at home", day=at.date(), way="visit")
        found = findings.find(case=case.pk, version=case.version, found=said, by=self.clerk, at=at)
        if said.outcome == Outcome.DEAD:
            version = Case.objects.get(pk=case.pk).version
            settling.approve_finding(finding=found.pk, version=version, note="agreed", by=self.reviewer, at=at)
        if mistaken:
            for benefit, hold in open_holds(found.benefits).items():
                self.wronged[benefit] = hold.ref

    def restore_the_wronged(self, month: Month) -> None:
        """Those whom the month before took for dead come to the counter."""
        for benefit, ref in list(self.wronged.items()):
            with within(PROVINCE):
                found = Benefit.objects.get(pk=benefit)
                reverse(
                    benefit=benefit, hold_ref=ref, why=Reverse.WRONGFUL, reason="stands before us", by=self.clerk,
                    at=on(month, 2),
                )  # fmt: skip
            del self.wronged[benefit]
            self._pass([found.person_id], month, on(month, 2), "restored")

    def recover(self, month: Month) -> None:
        """What was overpaid is ordered and approved by two, and families pay it back, some in two parts."""
        at, states = on(month, 4), (Recovery.State.OPEN, Recovery.State.ORDERED, Recovery.State.AGREED)
        with within(PROVINCE):
            waiting = list(Recovery.objects.filter(state__in=states).select_related("benefit").order_by("pk"))
        for recovery in waiting:
            with within(PROVINCE):
                self._recover(recovery, at)

    def _recover(self, recovery: Recovery, at: datetime) -> None:
        if recovery.state == Recovery.State.OPEN:
            found = recovering.order(recovery=recovery.pk, version=recovery.version, plan=Plan(), by=self.clerk, at=at)
            recovering.approve_order(recovery=found.pk, version=found.version, by=self.reviewer, at=at)
            return
        left = recovering.totals(recovery, at=at).outstanding
        part = half_up(left / 2) if self.chance.random() < _IN_PARTS else left
        if part:
            recovering.receive(
                recovery=recovery.pk, version=recovery.version, amount=part, day=at.date(),
                receipt=f"{recovery.pk}-{at:%Y%m}", by=self.clerk, at=at,
            )  # fmt: skip
            self.received[recovery.benefit.benefit_no] += part

    def warn(self, month: Month) -> None:
        """Warnings of the month go out; nine in ten arrive, and most of the others are called on."""
        at = on(month, 3)
        warn(region="44", today=at.date(), by=self.clerk, at=at)
        with connections["owner"].cursor() as cursor:
            cursor.execute(_ARRIVED, {"delivered": round(10 * _DELIVERED), "at": at + timedelta(hours=1)})
            cursor.execute(
                "SELECT DISTINCT n.person_id, n.region FROM notices_notice n WHERE n.state = 'undeliverable'"
                " AND n.kind = 'warning' AND n.stop_month <= %s AND n.ended_at > %s",
                [(month + 1).first_day, on(month, 1)],
            )
            unreached = cursor.fetchall()
        with within(PROVINCE):
            for person, region in unreached:
                if self.chance.random() < _ATTEMPTED:
                    tried = Tried(Attempt.Way.PHONE, Attempt.Result.NO_ANSWER, at)
                    operations.record_attempt(person=person, region=region, tried=tried, by=self.clerk, at=at)

    def walk_in(self, month: Month) -> None:
        """Living people whose time runs out come to a counter, some in time and some late."""
        at = on(month, 4)
        with within(PROVINCE), connection.cursor() as cursor:
            make_stands(load(), region="44", on=at.date(), cutoff=at)
            cursor.execute(
                "SELECT DISTINCT person_id, pay_status FROM passes_stand WHERE stop_month <= %s",
                [(month + 1).first_day],
            )
            due = cursor.fetchall()
        coming = []
        for person, status in due:
            someone = self.world.people[self.numbers[person]]
            alive = someone.death is None or someone.death > at.date()
            if alive and self.chance.random() < (_BACK if status == "suspended" else _AT_THE_COUNTER):
                coming.append(person)
        self._pass(coming, month, at, "counter")
        tell_results(region="44", by=self.clerk, at=at)

    def _pass(self, people: list[int], month: Month, at: datetime, why: str) -> None:
        with within(PROVINCE):
            make_stands(load(), region="44", on=at.date(), cutoff=at)
            values = {"people": people, "month": month.first_day, "at": at}
            origin = Origin(Way.OUTLET, f"year:{why}:{month}")
            record_set(_WALKED_IN, values, origin=origin, by=self.clerk, recorded_at=at)

    def pay(self, month: Month) -> PayRun:
        """The run of the month, on its way to the pay system and back; in one month it is stopped, in one made anew."""
        at = on(month, 6)
        run = propose(region="44", month=month, by=self.clerk, at=at)
        if run.counts["blind_feeds"]:
            self.blind.append(month)
        with within(PROVINCE):
            if month in (ANEW, STOPPED):
                stop(run=run.pk, version=run.version, reason="a wrong feed", by=self.reviewer, at=at)
            if month == STOPPED:
                self.pay_system.pay(month)
                return run
        if month == ANEW:
            run = propose(region="44", month=month, by=self.clerk, at=at + timedelta(hours=1))
        with within(PROVINCE):
            return self._hand_over(self._without_some(run, at), month, at + timedelta(hours=2))

    def _without_some(self, run: PayRun, at: datetime) -> PayRun:
        """The clerk takes some lines out, to look at them again."""
        proposed = PayLine.objects.filter(run=run, state="proposed").order_by("pk").values_list("pk", flat=True)
        lines = [key for key in proposed if self.chance.random() < _TAKEN_OUT]
        self.taken_out += len(lines)
        if not lines:
            return run
        return drop_lines(run=run.pk, version=run.version, lines=lines, reason="look again", by=self.clerk, at=at)

    def _hand_over(self, run: PayRun, month: Month, at: datetime) -> PayRun:
        run = sign(run=run.pk, version=run.version, by=self.clerk, at=at)
        run = approve(run=run.pk, version=run.version, by=self.reviewer, at=at)
        run = export(run=run.pk, version=run.version, by=self.clerk, at=at)
        with control_file(run).file as sent:
            answer = BytesIO(self.pay_system.take(month, sent.read()))
        run = acknowledge(
            run=run.pk, version=run.version, file_name="answer.csv", file=answer, by=self.clerk, at=on(month, 20)
        )
        for each in Mismatch.objects.filter(run=run, settled_at=None).order_by("pk"):
            settle(mismatch=each.pk, note="told again with the next run", by=self.clerk, at=on(month, 21))
        return close(run=run.pk, version=run.version, by=self.clerk, at=on(month, 21))


def on(month: Month, day: int) -> datetime:
    """Nine in the morning of a day of a month."""
    return datetime(month.year, month.month, day, 9, tzinfo=CHINA)


def _import(path: Path, by: Actor, at: datetime) -> None:
    received = roster.receive(file_name=path.name, by=by, at=at)
    checked, stage = check_file(key=received.pk, path=path, home=Path(settings.HOME), by=by, at=at)
    apply_file(key=checked.pk, by=by, at=at, stage_of=stage)


def _summary(run: PayRun) -> str:
    return ", ".join(
        " ".join(str(row[name]) for name in ("action", "state", "holds", "lines") if row[name])
        for row in run.counts["lines"]
    )
