"""A finished comparison put together by hand: whom it lists, why, and on which records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.models import Count as Rows
from django.db.models import F
from django.db.models.functions import Left

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework.adopting import adopt
from anling.casework.models import Adoption, Case
from anling.comparison.models import Count, Decision, Evidence, Run, State
from anling.roster.models import Benefit
from tests.support.client import person
from tests.support.platform import DAY, NOW

BATCH = "2026-06"
PROVINCE = Scope("44")


@dataclass(frozen=True)
class Record:
    """A department's record as a run keeps it."""

    row_id: str
    feed: str = "civil_cremation"
    code: str = "cremated"
    sign: str = "death"
    grade: str = "L2"
    day: date = date(2026, 5, 12)

    @property
    def place(self) -> list[str]:
        return [self.feed, BATCH, self.row_id]


DEATH = Record("c1")
CERTIFICATE = Record("h1", "health_death", "certificate", day=date(2026, 5, 11))
TRIP = Record("t1", "transport_trip", "boarded", "life", "P2", date(2026, 6, 2))
PRISON = Record("j1", "justice_prison", "term", "custody", "L1", date(2026, 1, 5))


@dataclass(frozen=True)
class Listed:
    """A person on a list of the run, with all their benefits."""

    person: int
    list: str = "to_verify"
    reasons: str = "death single_source"
    records: Sequence[Record] = field(default=(DEATH,))
    pass_month: date | None = None


def listing(*listed: Listed, region: str = "44", as_of: date = DAY) -> Run:
    """A finished run of a region that lists these people."""
    with within(Scope(region)), connection.cursor() as cursor:
        run = Run.objects.create(
            region=region, as_of=as_of, state=State.RUNNING, asked_by="test", asked_by_label="test", asked_at=NOW,
            finished_at=NOW, content_hash="0" * 64, policy_version="p", report={"feeds": []},
        )  # fmt: skip
        cursor.execute("SELECT comparison_open_run(%s)", [run.pk])
        for each in listed:
            _put(run, each)
        grouped = Decision.objects.filter(run=run).annotate(county=Left("region", 6))
        counted = grouped.values("county", "list", "scheme", "reasons").annotate(found=Rows(F("benefit_id"))).order_by()
        for row in counted:
            Count.objects.create(
                run=run, region=row["county"], list=row["list"], scheme=row["scheme"], reasons=row["reasons"],
                benefits=row["found"],
            )  # fmt: skip
        run.state = State.DONE
        run.save(update_fields=["state"])
        return run


def _put(run: Run, each: Listed) -> None:
    deciding = [record.place for record in each.records]
    for benefit in Benefit.objects.filter(person=each.person).exclude(pay_status="ended"):
        Decision.objects.create(
            run=run, benefit=benefit, person_id=each.person, region=benefit.region, unit=benefit.unit,
            scheme=benefit.scheme, list=each.list, reasons=each.reasons, pass_month=each.pass_month, deciding=deciding,
        )  # fmt: skip
    for record in each.records:
        Evidence.objects.create(
            run=run, person_id=each.person, feed=record.feed, batch=BATCH, row_id=record.row_id, code=record.code,
            sign=record.sign, grade=record.grade, event_date=record.day, identity="exact", usable=True,
        )  # fmt: skip


def taken_over(run: Run, by: Actor, at: datetime = NOW) -> Adoption:
    """The run adopted by an officer."""
    with within(Scope(run.region)):
        return adopt(run=run.pk, by=by, at=at, reason="monthly")


def a_case(by: Actor, region: str = "440104", *, number: str = "11010519491231002X", **listed: object) -> Case:
    """A case of a person of a region, opened by a run of their city."""
    key = person(number, region)
    taken_over(listing(Listed(key, **listed), region=region[:4]), by)  # type: ignore[arg-type]
    with within(Scope(region)):
        return Case.objects.get(person=key)
