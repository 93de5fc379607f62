"""Looking back: whatever is written after a moment, the roster frozen as known then is the file frozen then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.utils import ProgrammingError
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.comparison.snapshot import freeze_roster
from anling.feeds.roster_import import apply_file, check_file
from anling.passes.errors import PassError
from anling.passes.models import Pass, Way
from anling.passes.operations import record_pass, revoke_pass
from anling.passes.recording import Origin
from anling.roster import correcting, history, merging, operations
from anling.roster.correcting import Identity
from anling.roster.errors import CorrectionError, RosterError
from anling.roster.models import Benefit, FormerBenefit, FormerPerson, Merge, Person
from anling.roster.paying import set_pay_status
from anling.rules.months import Month
from tests.support.platform import HOME, clerk, empty
from tests.support.rosters import number, row, write

PROVINCE, CITY = Scope("44"), Scope("4401")
REFUSED = (RosterError, CorrectionError, PassError)
NAMES, UNITS = ("陈小明", "陳小明明", "李四海"), ("U1", "U7", "")
REGIONS, STATES = ("440104", "440305", "440103"), ("paying", "suspended", "ended")
_SET = "SELECT id AS benefit_id, %(status)s AS pay_status, '' AS suspend_reason FROM roster_benefit WHERE id = %(id)s"


@dataclass
class Office:
    """Where acts are done one after the other, each in its own transaction and at the time of the clock."""

    folder: Path
    by: Actor
    file: int = 0
    frozen: list[tuple[datetime, dict[Scope, str]]] = field(default_factory=list)

    def load(self, *rows: dict[str, str]) -> None:
        self.file += 1
        path = write(self.folder / f"{self.file}.csv", *rows)
        received = operations.receive(file_name=path.name, by=self.by, at=timezone.now())
        checked, _ = check_file(key=received.pk, path=path, home=HOME, by=self.by, at=timezone.now())
        apply_file(key=checked.pk, by=self.by, at=timezone.now())

    def freeze(self) -> None:
        """Keep what a run of this moment would freeze."""
        moment = timezone.now()
        self.frozen.append((moment, {scope: self.hash(scope) for scope in (PROVINCE, CITY)}))

    def hash(self, scope: Scope, known_at: datetime | None = None) -> str:
        with within(scope):
            return freeze_roster(self.folder / "snapshot", scope.prefix, date(2026, 6, 30), known_at=known_at).sha256

    def benefit(self, choice: int) -> Benefit:
        found = Benefit.objects.select_related("person").order_by("pk")
        return found[choice % found.count()]


def _import(office: Office, a: int, b: int, c: int) -> None:
    """Four benefits, some with other words than before; now and then two of one human."""
    rows = [
        row(
            serial, name=NAMES[(a + serial * b) % 3], unit=UNITS[(b + serial) % 3], region=REGIONS[(c * serial) % 3],
            pay_status=STATES[(a * serial) % 3], last_pass_month=f"2025-0{1 + (a + c + serial) % 9}",
            id_number=number(1 + (serial * c) % 5), residence_region=REGIONS[b % 3],
        )
        for serial in range(1, 5 + a % 2)
    ]  # fmt: skip
    office.load(*[{name: value for name, value in each.items() if name != "residence_region"} for each in rows])


def _correct_person(office: Office, a: int, b: int, c: int) -> None:
    with within(PROVINCE):
        person = office.benefit(a).person_id
        said = Identity(NAMES[b % 3], "01", number(1 + c % 6), 1 + b % 2, date(1950, 1, 1 + c % 3))
        correcting.correct_person(person=person, said=said, reason="paper", by=office.by, at=timezone.now())


def _correct_benefit(office: Office, a: int, b: int, c: int) -> None:
    with within(PROVINCE):
        said = {"unit": UNITS[b % 3], "region": REGIONS[c % 3], "residence_region": REGIONS[a % 3]}
        benefit = office.benefit(a).pk
        correcting.correct_benefit(benefit=benefit, said=said, reason="paper", by=office.by, at=timezone.now())


def _merge(office: Office, a: int, b: int, c: int) -> None:
    del c
    with within(PROVINCE):
        keep, other = office.benefit(a).person_id, office.benefit(b).person_id
        merging.merge_people(
            keep=keep, other=other, reason="one", by=office.by, at=timezone.now(), confirmed=True
        )  # fmt: skip


def _undo(office: Office, a: int, b: int, c: int) -> None:
    del a, b, c
    with within(PROVINCE):
        last = Merge.objects.filter(undone_at=None).order_by("-pk").first()
        if last:
            merging.undo_merge(merge=last.pk, reason="two", by=office.by, at=timezone.now())


def _pay(office: Office, a: int, b: int, c: int) -> None:
    with within(PROVINCE):
        values = {"id": office.benefit(a).pk, "status": STATES[b % 3]}
        set_pay_status(_SET, values, source=f"payrun:{c}", by=office.by, at=timezone.now())


def _pass(office: Office, a: int, b: int, c: int) -> None:
    with within(PROVINCE):
        record_pass(
            benefits=[office.benefit(a)], month=Month.of_date(date(2026, 1 + b % 6, 1)), shown_at=timezone.now(),
            origin=Origin(Way.VISIT, f"visit:{c}"), by=office.by, at=timezone.now(),
        )  # fmt: skip


def _revoke(office: Office, a: int, b: int, c: int) -> None:
    del b, c
    with within(PROVINCE):
        found = Pass.objects.order_by("pk")
        if found:
            made = found[a % len(found)].pk
            revoke_pass(made=made, reason="forged", by=office.by, at=timezone.now())


ACTS: tuple[Callable[[Office, int, int, int], None], ...] = (
    _import, _correct_person, _correct_benefit, _merge, _merge, _undo, _pay, _pass, _revoke,
)  # fmt: skip
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(0, 11), st.integers(0, 11))


def _act(office: Office, step: tuple[Callable[[Office, int, int, int], None], int, int, int]) -> None:
    act, *choices = step
    try:
        act(office, *choices)
    except REFUSED:
        return  # the act was refused and has changed nothing


@pytest.mark.usefixtures("flushed")
@settings(
    max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEP, min_size=10, max_size=25))
def test_every_moment_of_a_random_history_can_be_frozen_again(
    tmp_path: Path, steps: list[tuple[Callable[[Office, int, int, int], None], int, int, int]]
) -> None:
    empty()
    office = Office(tmp_path, clerk("44", "province"))
    office.load(*(row(serial) for serial in range(1, 5)))
    office.freeze()
    for step in steps:
        _act(office, step)
        office.freeze()
    for moment, hashes in office.frozen:
        assert {scope: office.hash(scope, moment) for scope in hashes} == hashes


@pytest.mark.usefixtures("flushed")
def test_each_act_is_undone_by_looking_back(tmp_path: Path) -> None:
    office = Office(tmp_path, clerk("44", "province"))
    office.load(row(1), row(2), row(3, region="440305"), row(4))
    steps: tuple[Callable[[], None], ...] = (
        lambda: office.load(row(1, unit="U9", pay_status="suspended"), row(2), row(3, region="440305"), row(5)),
        lambda: _correct_person(office, 0, 2, 5),
        lambda: _correct_benefit(office, 1, 2, 1),
        lambda: _merge(office, 0, 1, 0),
        lambda: _pass(office, 1, 4, 1),
        lambda: _revoke(office, -1, 0, 0),
        lambda: _undo(office, 0, 0, 0),
        lambda: _pay(office, 0, 2, 1),
    )
    office.freeze()
    for step in steps:
        step()
        office.freeze()
    seen = [hashes[PROVINCE] for _, hashes in office.frozen]
    # each act shows in the file; without that the comparison below would say nothing
    assert all(earlier != later for earlier, later in pairwise(seen))
    for moment, hashes in office.frozen:
        assert {scope: office.hash(scope, moment) for scope in hashes} == hashes


@pytest.mark.usefixtures("flushed")
def test_before_the_first_import_nothing_was_known(tmp_path: Path) -> None:
    office = Office(tmp_path, clerk("44", "province"))
    before = timezone.now()
    office.load(row(1))
    with within(PROVINCE):
        assert not history.known("44", before)
        assert history.known("44", timezone.now())
        assert not history.known("4403", timezone.now())
    with within(CITY):
        assert not history.known("44", timezone.now()), "what lies outside the scope is not told"


@pytest.mark.usefixtures("flushed")
def test_nobody_who_serves_writes_the_past(tmp_path: Path) -> None:
    office = Office(tmp_path, clerk("44", "province"))
    office.load(row(1))
    office.load(row(1, unit="U9", name="李四海"))
    for table in ("roster_formerbenefit", "roster_formerperson"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET until = now()"):
            with pytest.raises(ProgrammingError, match="permission denied"), within(PROVINCE):
                connection.cursor().execute(statement)
    with within(PROVINCE):
        assert (FormerBenefit.objects.get().unit, FormerPerson.objects.get().name) == ("U1", "陈小明")
    with within(Scope("4403")):
        assert not FormerBenefit.objects.exists()
        assert not FormerPerson.objects.exists()


@pytest.mark.usefixtures("flushed")
def test_the_later_of_two_writers_is_the_later_one_though_it_began_first(tmp_path: Path) -> None:
    office = Office(tmp_path, clerk("44", "province"))
    office.load(row(1))
    with within(PROVINCE):
        Person.objects.count()  # begun: its moment is settled here
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE roster_benefit SET unit = 'U7'")
        Benefit.objects.update(unit="U9")
    with within(PROVINCE):
        kept = [(each.unit, each.since < each.until) for each in FormerBenefit.objects.all()]
    assert kept == [("U1", True)]
    office.freeze()
    ((moment, hashes),) = office.frozen
    assert office.hash(PROVINCE, moment) == hashes[PROVINCE]
