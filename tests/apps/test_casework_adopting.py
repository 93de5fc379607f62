"""A run is taken over: passes and cases in bulk, once; later runs update, settle and close (N-B1)."""

import json
import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.adopting import adopt, ask_to_adopt, expected
from anling.casework.due import due_after
from anling.casework.errors import CaseError
from anling.casework.findings import Found, find
from anling.casework.models import Adoption, Case, CaseEvent, CaseState, Outcome
from anling.casework.operations import take
from anling.casework.tasks import adopt_job
from anling.comparison.models import Run
from anling.passes.models import Pass
from anling.roster.merging import merge_people
from anling.roster.models import Benefit
from tests.support.client import person
from tests.support.command import anling, signed_in_here
from tests.support.listings import DEATH, PROVINCE, TRIP, Listed, listing, taken_over
from tests.support.platform import DAY, NOW, clerk, officer

LATER = DAY + timedelta(days=30)


def _case(key: int) -> Case:
    with within(PROVINCE):
        return Case.objects.filter(person=key).latest("id")


def _happened(case: Case) -> list[str]:
    with within(PROVINCE):
        return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("what", flat=True))


@pytest.mark.parametrize(
    ("start", "days", "last", "estimated"),
    [
        (date(2019, 12, 20), 7, date(2019, 12, 31), False),
        (date(2020, 1, 22), 3, date(2020, 2, 4), False),  # New Year, made longer that year
        (date(2035, 6, 1), 5, date(2035, 6, 8), True),  # nobody knows the holidays of 2035 yet
        (date(2026, 12, 31), 1, date(2027, 1, 1), True),
    ],
)
def test_working_days_are_those_of_the_notices_and_beyond_them_estimated(
    start: date, days: int, last: date, estimated: bool
) -> None:
    due = due_after(start, days)
    assert (due.day, due.estimated) == (last, estimated)


@pytest.mark.usefixtures("db")
def test_the_eligible_become_passes_and_the_others_cases_once_however_often_it_is_asked() -> None:
    alive, dead, unsure, unseen = (person(f"1101051949123100{n}") for n in range(4))
    run = listing(
        Listed(alive, "eligible", "life_p2", (TRIP,), date(2026, 6, 1)),
        Listed(dead, "lost", "death"), Listed(unsure), Listed(unseen, "no_evidence", "none", ()),
    )  # fmt: skip
    by = clerk()
    with within(PROVINCE):
        before = expected(run)
    made = taken_over(run, by)
    assert (before.passes, before.opened, before.known, before.off_list) == (1, 2, 0, 0)
    assert (made.passes, made.opened, made.updated, made.off_list) == (1, 2, 0, 0)
    assert taken_over(run, by).pk == made.pk
    with within(PROVINCE):
        (passed,) = Pass.objects.all()
        assert (passed.person_id, passed.way, passed.source, passed.evidence) == (
            alive, "comparison", f"run:{run.pk}", [TRIP.place],
        )  # fmt: skip
        assert {(c.person_id, c.kind, c.priority) for c in Case.objects.all()} == {
            (dead, "lost", 1), (unsure, "to_verify", 2)
        }  # fmt: skip
    case = _case(unsure)
    assert (case.reasons, case.evidence, case.run, case.unit) == (
        "death single_source", [DEATH.place], run.pk, "U440104",
    )  # fmt: skip
    assert (case.due, case.due_estimated) == (due_after(date(2026, 7, 1), 20).day, False)
    assert Entry.objects.filter(kind=Kind.RUN_ADOPTED).count() == 1


@pytest.mark.usefixtures("db")
def test_a_later_run_updates_the_open_case_and_tells_whoever_works_on_it() -> None:
    waiting, worked = person("110105194912310011"), person("110105194912310012")
    by = clerk()
    taken_over(listing(Listed(waiting), Listed(worked)), by)
    with within(PROVINCE):
        held = take(case=_case(worked).pk, version=1, by=by, at=NOW)
    both = (DEATH, TRIP)
    second = listing(
        Listed(waiting, "lost", "death", both), Listed(worked, reasons="conflict death", records=both), as_of=LATER
    )
    assert taken_over(second, by).updated == 2
    case = _case(waiting)
    assert (case.kind, case.priority, case.run, len(case.evidence)) == ("lost", 1, second.pk, 2)
    case = _case(worked)
    assert (case.state, case.assignee, case.version) == (CaseState.IN_WORK, by.key, held.version + 1)
    assert _happened(case) == ["opened", "taken", "listed_again"]
    with within(PROVINCE):
        assert Case.objects.count() == 2


@pytest.mark.usefixtures("db")
def test_who_is_no_longer_listed_is_closed_unless_somebody_has_begun() -> None:
    waiting, worked = person("110105194912310011"), person("110105194912310012")
    by = clerk()
    taken_over(listing(Listed(waiting), Listed(worked)), by)
    with within(PROVINCE):
        take(case=_case(worked).pk, version=1, by=by, at=NOW)
    second = listing(as_of=LATER)
    with within(PROVINCE):
        assert expected(second).off_list == 1
    assert taken_over(second, by).off_list == 1
    gone, kept = _case(waiting), _case(worked)
    assert (gone.state, gone.outcome) == (CaseState.CLOSED, "off_list")
    assert _happened(gone) == ["opened", "off_list"]
    assert kept.state == CaseState.IN_WORK
    assert _happened(kept)[-1] == "no_longer_listed"
    third = listing(Listed(waiting), as_of=LATER + timedelta(days=1))
    assert taken_over(third, by).opened == 1


@pytest.mark.usefixtures("db")
def test_what_was_settled_is_not_asked_again_until_there_is_a_new_record() -> None:
    key, by = person(), clerk()
    taken_over(listing(Listed(key)), by)
    with within(PROVINCE):
        found = Found(Outcome.ALIVE, "seen at home", day=DAY, way="visit")
        find(case=_case(key).pk, version=1, found=found, by=by, at=NOW)
    again = taken_over(listing(Listed(key), as_of=LATER), by)
    assert (again.opened, again.settled) == (0, 1)
    new = taken_over(listing(Listed(key, records=(DEATH, TRIP)), as_of=LATER + timedelta(days=1)), by)
    assert (new.opened, new.settled) == (1, 0)


@pytest.mark.usefixtures("db")
def test_each_paying_region_has_its_own_case_and_sees_no_other() -> None:
    key = person(region="440104")
    with within(PROVINCE):
        first = Benefit.objects.get(person=key)
        Benefit.objects.create(
            benefit_no="B-there", person_id=key, person_no="P", scheme="employee", region="440305", pay_status="paying"
        )
    taken_over(listing(Listed(key)), clerk())
    for region, count in (("440104", 1), ("440305", 1), ("44", 2)):
        with within(Scope(region)):
            assert Case.objects.count() == count
    with within(Scope("440104")):
        assert Case.objects.get().benefits == [first.pk]


@pytest.mark.usefixtures("db")
def test_people_merged_and_benefits_moved_since_the_roster_was_frozen_count_as_they_are_today() -> None:
    keep, other = person("110105194912310011"), person("110105194912310011")
    run = listing(Listed(keep), Listed(other))
    by = clerk()
    with within(PROVINCE):
        merge_people(keep=keep, other=other, reason="one card", by=by, at=NOW, confirmed=True)
    assert taken_over(run, by).opened == 1
    assert len(_case(keep).benefits) == 2


@pytest.mark.usefixtures("db")
def test_an_older_run_a_replay_and_a_run_of_another_region_are_refused() -> None:
    key, by = person(), clerk("4401")
    old, new = (listing(Listed(key), region="4401", as_of=day) for day in (DAY, LATER))
    taken_over(new, by)
    with pytest.raises(CaseError, match=f"Run {new.pk} as of {LATER} was taken over already"):
        taken_over(old, by)
    with within(Scope("4401")):
        replay = Run.objects.create(
            region="4401", as_of=DAY, state="done", asked_by="t", asked_by_label="t", asked_at=NOW, replay_of=new
        )
    with pytest.raises(CaseError, match="does not look back"):
        taken_over(replay, by)
    far = actor_of(officer("far", Role.CLERK, "4403"), DAY)
    with within(Scope("4401")), pytest.raises(NotAllowedError):
        adopt(run=new.pk, by=far, at=NOW)
    reviewer = actor_of(officer("reviewer", Role.REVIEWER, "4401"), DAY)
    with within(Scope("4401")), pytest.raises(NotAllowedError):
        ask_to_adopt(run=new.pk, reason="x", by=reviewer, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_pass_that_was_revoked_does_not_come_back_on_the_same_record() -> None:
    from anling.passes.operations import revoke_pass

    key, by = person(), clerk()
    row = Listed(key, "eligible", "life_p2", (TRIP,), date(2026, 6, 1))
    taken_over(listing(row), by)
    with within(PROVINCE):
        revoke_pass(made=Pass.objects.get().pk, reason="a borrowed card", by=by, at=NOW)
    assert taken_over(listing(row, as_of=LATER), by).passes == 0
    fresh = Listed(key, "eligible", "life_p2", (TRIP, DEATH), date(2026, 6, 1))
    assert taken_over(listing(fresh, as_of=LATER + timedelta(days=1)), by).passes == 1


@pytest.mark.usefixtures("flushed")
def test_the_job_takes_over_what_was_asked_and_keeps_what_went_wrong() -> None:
    key, by = person(), clerk()
    run = listing(Listed(key))
    with within(PROVINCE):
        with pytest.raises(CaseError, match="Say why"):
            ask_to_adopt(run=run.pk, reason=" ", by=by, at=NOW)
        ask_to_adopt(run=run.pk, reason="monthly", by=by, at=NOW)
        with pytest.raises(CaseError, match="taken over already; this page shows"):
            ask_to_adopt(run=run.pk, reason="monthly", by=by, at=NOW)
    adopt_job(run=run.pk, region="44", by=by.key)
    adopt_job(run=run.pk, region="44", by=by.key)
    older = listing(Listed(key), as_of=DAY - timedelta(days=30))
    with within(PROVINCE):
        done = Adoption.objects.get(run=run.pk)
        assert (done.state, done.opened, done.reason, done.doer) == ("done", 1, "monthly", by.key)
        ask_to_adopt(run=older.pk, reason="late", by=by, at=NOW)
    adopt_job(run=older.pk, region="44", by=by.key)
    with within(PROVINCE):
        failed = Adoption.objects.get(run=older.pk)
        assert failed.state == "failed"
        assert "an older run cannot follow it" in failed.error


@pytest.mark.usefixtures("flushed")
def test_two_workers_at_one_run_make_each_pass_and_case_once() -> None:
    keys = [person(f"1101051949123100{n:02}") for n in range(20)]
    run, by = listing(*(Listed(key) for key in keys)), clerk()
    made: list[int] = []

    def work() -> None:
        try:
            made.append(taken_over(run, by).opened)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert made == [20, 20]
    with within(PROVINCE):
        assert (Case.objects.count(), Adoption.objects.count()) == (20, 1)


@pytest.mark.usefixtures("flushed")
def test_a_run_is_taken_over_at_the_command_line() -> None:
    by, key = clerk("44", "one"), person()
    run = listing(Listed(key))
    signed_in_here("one")
    done = anling("comparison", "adopt", "--run", run.pk, "--as", "one", "--reason", "monthly", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "run": run.pk, "passes": 0, "opened": 1, "updated": 0, "settled": 0, "off_list": 0,
    }  # fmt: skip
    unknown = anling("comparison", "adopt", "--run", run.pk + 1, "--as", "one", "--reason", "monthly")
    assert (unknown.returncode, unknown.stderr.strip().count("\n")) == (2, 0)
    assert unknown.stderr.strip()
    with within(PROVINCE):
        assert Adoption.objects.get().doer == by.key


@pytest.mark.usefixtures("flushed")
def test_a_job_that_breaks_leaves_nothing_and_can_be_asked_for_again() -> None:
    key, by = person(), clerk()
    run = listing(Listed(key))
    with within(PROVINCE):
        ask_to_adopt(run=run.pk, reason="monthly", by=by, at=NOW)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE casework_caseevent ADD CONSTRAINT test_full CHECK (what <> 'opened')")
        try:
            with pytest.raises(IntegrityError):
                adopt_job(run=run.pk, region="44", by=by.key)
        finally:
            cursor.execute("ALTER TABLE casework_caseevent DROP CONSTRAINT test_full")
    with within(PROVINCE):
        assert not Case.objects.exists()
        assert Adoption.objects.get().state == "failed"
        ask_to_adopt(run=run.pk, reason="again", by=by, at=NOW)
    adopt_job(run=run.pk, region="44", by=by.key)
    with within(PROVINCE):
        assert Case.objects.get().person_id == key
