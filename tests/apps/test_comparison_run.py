"""A run in the database comes to what the file run comes to, the same every time, and leaves nothing when stopped."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from django.db import connection, connections
from django.db.utils import ProgrammingError
from django.test import override_settings

from anling.access.errors import NotAllowedError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.errors import RunError
from anling.comparison.models import Count, Decision, Evidence, Run, State
from anling.comparison.operations import cancel, replay, start
from anling.comparison.run import RunResult, compare
from anling.comparison.working import place_of
from anling.engines.spark.cluster import Cluster
from anling.policy import load
from tests.support.platform import NOW, clerk
from tests.support.province import AS_OF, PROVINCE, Office, asked, ended


@pytest.fixture(scope="module")
def from_files(office: Office) -> RunResult:
    province, beside = office.files, office.files.parent
    return compare(
        roster=province / "roster.parquet", feeds=province / "feeds", as_of=AS_OF, out=beside / "out",
        store=beside / "store", policy=load(),
    )  # fmt: skip


def test_the_counts_are_those_of_the_file_run(finished: Run, from_files: RunResult) -> None:
    assert (finished.state, finished.error) == (State.DONE, "")
    with within(PROVINCE):
        lists = {
            name: sum(each.benefits for each in Count.objects.filter(run=finished, list=name))
            for name in from_files.lists
        }
        decisions = Decision.objects.filter(run=finished)
        reasons = [reason for each in decisions for reason in each.reasons.split()]
        assert {name: decisions.filter(list=name).count() for name in from_files.lists} == lists == from_files.lists
        assert {name: reasons.count(name) for name in from_files.reasons} == from_files.reasons
    assert finished.report is not None
    assert finished.report["counts"]["lists"] == dict(sorted(from_files.lists.items()))


def test_every_decision_and_its_evidence_are_those_of_the_file_run(finished: Run, from_files: RunResult) -> None:
    wanted = {
        row["benefit_no"]: (row["list"], " ".join(row["reasons"]), row["pass_month"])
        for row in pq.read_table(from_files.out / "decisions.parquet").to_pylist()
    }
    with within(PROVINCE):
        kept = {
            each.benefit.benefit_no: (each.list, each.reasons, each.pass_month and f"{each.pass_month:%Y-%m}")
            for each in Decision.objects.filter(run=finished).select_related("benefit")
        }
        evidence = list(Evidence.objects.filter(run=finished))
        places = {(each.person_id, each.feed, each.batch, each.row_id) for each in evidence}
        deciding = {
            (each.person_id, *place) for each in Decision.objects.filter(run=finished) for place in each.deciding
        }
    assert kept == wanted
    assert deciding <= places
    assert all(each.code for each in evidence)


def test_repeated_it_has_the_same_content(finished: Run, office: Office) -> None:
    again = ended(replay(run=finished, reason="audit", by=office.clerk, at=NOW))
    assert (again.state, again.replay_of_id) == (State.DONE, finished.pk)
    assert again.content_hash == finished.content_hash
    assert again.snapshot_hash == finished.snapshot_hash


def test_a_changed_roster_gives_another_hash_and_its_replay_the_old_one(finished: Run, office: Office) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE roster_benefit SET pay_status = 'ended' WHERE id = (SELECT min(id) FROM roster_benefit)")
    try:
        assert ended(asked(office)).content_hash != finished.content_hash
        repeated = ended(replay(run=finished, reason="", by=office.clerk, at=NOW))
        assert repeated.content_hash == finished.content_hash
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE roster_benefit SET pay_status = 'paying' WHERE id = (SELECT min(id) FROM roster_benefit)"
            )


def test_a_run_that_has_ended_stays_as_it_is(finished: Run, office: Office) -> None:
    assert ended(finished).content_hash == finished.content_hash
    with pytest.raises(RunError, match="ended"):
        cancel(run=finished, by=office.clerk, at=NOW)
    with pytest.raises(ProgrammingError, match="not at work"), within(PROVINCE):
        connection.cursor().execute("SELECT comparison_open_run(%s)", [finished.pk])


def test_a_cancelled_run_leaves_nothing(office: Office) -> None:
    waiting = asked(office)
    assert cancel(run=waiting, by=office.clerk, at=NOW).state == State.CANCELLED
    at_work = asked(office)
    with within(PROVINCE):
        Run.objects.filter(pk=at_work.pk).update(state=State.RUNNING)
    cancel(run=at_work, by=office.clerk, at=NOW)
    for run in (waiting, at_work):
        assert ended(run).state == State.CANCELLED
        assert not place_of(run).root.exists()
        with within(PROVINCE):
            assert not Decision.objects.filter(run=run).exists()
            assert not Count.objects.filter(run=run).exists()
    kinds = Entry.objects.filter(object_type="run", object_key=str(at_work.pk)).order_by("id")
    assert [each.kind for each in kinds] == [Kind.RUN_STARTED, Kind.RUN_CANCELLED, Kind.RUN_FINISHED]


def test_a_failed_run_says_what_to_do(office: Office) -> None:
    nobody = ended(asked(office, region="4498"))
    assert nobody.state == State.FAILED
    assert "import the roster first" in nobody.error
    with pytest.raises(RunError, match="still to come"):
        start(region="44", as_of=date(2026, 8, 1), reason="", by=office.clerk, at=NOW)


def test_a_run_is_decided_where_the_installation_says(office: Office) -> None:
    with override_settings(SPARK_CLUSTER=Cluster("spark://127.0.0.1:9", 1 << 30, None)):
        nowhere = ended(asked(office))
    assert nowhere.state == State.FAILED
    assert (
        nowhere.error == "--master spark://127.0.0.1:9: nobody answers there; start the master or correct its address."
    )


def test_a_clerk_asks_for_their_own_region_alone(office: Office) -> None:
    city = Office(office.files, clerk("4401", "guangzhou"))
    with pytest.raises(NotAllowedError):
        asked(city, region="4403")


def test_another_region_sees_its_own_rows_alone(finished: Run) -> None:
    with within(Scope("4401")):
        seen = list(Decision.objects.filter(run=finished))
        people = {each.person_id for each in seen}
        assert seen
        assert all(each.region.startswith("4401") for each in seen)
        assert {each.person_id for each in Evidence.objects.filter(run=finished)} <= people
        assert {each.region[:4] for each in Count.objects.filter(run=finished)} == {"4401"}
    with connection.cursor() as cursor:
        for table in ("comparison_run", "comparison_decision", "comparison_evidence", "comparison_count"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    for part in (f"comparison_decision_{finished.pk}", f"comparison_evidence_{finished.pk}"):
        with pytest.raises(ProgrammingError, match="permission denied"), within(PROVINCE):
            connection.cursor().execute(f"SELECT count(*) FROM {part}")
