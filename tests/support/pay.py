"""Benefits, warnings and runs as the tests of pay need them: a small office of two clerks and a reviewer."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework.models import Adoption
from anling.comparison.models import Run
from anling.feeds.models import Batch
from anling.notices.models import Notice
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.payment.models import PayRun
from anling.payment.runs.acknowledging import acknowledge
from anling.payment.runs.exporting import export
from anling.payment.runs.proposing import propose
from anling.payment.runs.running import approve, sign
from anling.policy import load
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.client import NUMBER, person
from tests.support.platform import clerk, officer

REGION = "440104"
HERE = Scope(REGION)
STOP = Month.of(2026, 8)
CHINA = ZoneInfo("Asia/Shanghai")


def on(day: int, month: int = 8, year: int = 2026) -> datetime:
    """Ten in the morning of a day in China."""
    return datetime(year, month, day, 10, tzinfo=CHINA)


@dataclass
class PayOffice:
    """Who works in the office. passes: so many, to give each its own source."""

    clerk: Actor = field(default_factory=lambda: clerk(REGION, "pay-clerk"))
    reviewer: Actor = field(
        default_factory=lambda: actor_of(officer("pay-reviewer", Role.REVIEWER, REGION), date(2026, 7, 1))
    )
    passes: int = 0

    def __post_init__(self) -> None:
        """Every department has delivered and was compared, so that silence of a source holds nobody back."""
        months = {str(STOP + 12 - back): 100_000 for back in range(36)}
        with within(HERE):
            Batch.objects.bulk_create(
                Batch(
                    feed=feed, batch="all", state="ready", delivered_at=on(1), received_at=on(1), settled_at=on(1),
                    covers_from=on(1, year=2024).date(), covers_to=on(5, year=2027).date(), rows=100_000, quarantined=0,
                    months=months,
                )
                for feed in load().catalogue(on(1).date()).feeds
            )  # fmt: skip
            self.compared(on(1))

    def compared(self, at: datetime) -> None:
        """A comparison that began at a moment, and was taken over."""
        with within(HERE):
            run = Run.objects.create(
                region=REGION, as_of=at.date(), state="done", asked_by="test", asked_by_label="test", asked_at=at,
                started_at=at,
            )  # fmt: skip
            Adoption.objects.create(
                run=run.pk, region=REGION, as_of=at.date(), state=Adoption.State.DONE, at=at, doer="test",
                doer_label="test",
            )  # fmt: skip

    def benefit(self, base: Month = STOP - 13, amount: str = "200.00", **fields: Any) -> Benefit:
        """A benefit in pay whose newest pass was in a month; without more its clock runs out in STOP."""
        key = person(NUMBER, REGION, monthly_amount=Decimal(amount), benefit_start=date(2015, 1, 1), **fields)
        with within(HERE):
            made = Benefit.objects.get(person=key)
        self.passed(made, base, on(1, base.month, base.year))
        return made

    def passed(self, benefit: Benefit, month: Month, at: datetime) -> None:
        """Somebody was at the counter."""
        self.passes += 1
        with within(HERE):
            record_pass(
                benefits=[benefit], month=month, shown_at=at, origin=Origin(Way.OUTLET, f"test:{self.passes}"),
                by=self.clerk, at=at,
            )  # fmt: skip

    def warned(self, benefit: Benefit, state: str = "delivered", stop: Month = STOP) -> None:
        """A warning of the stop in a month, and what became of it."""
        told = on(1, (stop - 3).month, (stop - 3).year)
        with within(HERE):
            Notice.objects.create(
                person_id=benefit.person_id, benefit=benefit, region=benefit.region, kind="warning",
                about=f"{stop}:90", stop_month=stop.first_day, channel="sms", template="warning/1", state=state,
                queued_at=told, queued_by="test", send_after=told, sent_at=told, ended_at=told + timedelta(hours=1),
            )  # fmt: skip

    def drafted(self, month: Month = STOP, at: datetime | None = None) -> PayRun:
        """The machine's draft of a month, after its cut-off."""
        return propose(region=REGION, month=month, by=self.clerk, at=at or on(6, month.month, month.year))

    def handed_over(self, month: Month = STOP, at: datetime | None = None) -> PayRun:
        """A run of a month that has gone all its way to the pay system."""
        at = at or on(6, month.month, month.year)
        run = self.drafted(month, at)
        with within(HERE):
            run = sign(run=run.pk, version=run.version, by=self.clerk, at=at)
            run = approve(run=run.pk, version=run.version, by=self.reviewer, at=at)
            return export(run=run.pk, version=run.version, by=self.clerk, at=at)

    def answered(self, run: PayRun, *lines: str, month: int | None = None) -> None:
        """The pay system's answer to a run, on the 25th of a month (of this year; the run's own without one)."""
        content = "\n".join(["benefit_no,action,result", *lines]).encode()
        at = on(25, month or run.month.month, run.month.year)
        with within(HERE):
            acknowledge(run=run.pk, version=run.version, file_name="a.csv", file=BytesIO(content), by=self.clerk, at=at)
