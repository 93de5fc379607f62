"""What another policy would do: the same engine on the run's own files; nothing of run, roster or clock is changed."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection, connections

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.errors import RunError
from anling.comparison.models import Decision, Run, State, WhatIf, WhatIfLine
from anling.comparison.run import compare
from anling.comparison.what_if.answering import answer
from anling.comparison.what_if.asking import Question, ScratchError, ask_what_if, cancel_what_if, folder_of
from anling.comparison.what_if.reading import Chosen, answer_of, lines_of
from anling.comparison.what_if.removing import clear_what_ifs, delete_what_if
from anling.passes.clocks import stands
from anling.policy import load, load_texts
from anling.roster.models import Benefit
from anling.rules.clock import clock
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from tests.support.platform import DAY, NOW, officer
from tests.support.province import AS_OF, PROVINCE, Office

SHORTER = {
    f"clock.{scheme}.{name}": value
    for scheme in ("employee", "resident")
    for name, value in (("cycle_months", "6"), ("stop_after_months", "7"))
}
WEAKER = {"feeds.gov_login.code.face": "P3", "feeds.police_border.in_use": "false"}


def put(office: Office, values: dict[str, str], run: Run | None, *, region: str = "44", stands: bool = False) -> WhatIf:
    question = Question(region, run, stands)
    return ask_what_if(question=question, values=values, reason="draft notice", by=office.clerk, at=NOW)


def answered(what_if: WhatIf) -> WhatIf:
    assert answer(what_if=what_if.pk, region=what_if.region, now=lambda: NOW)
    with within(Scope(what_if.region)):
        return WhatIf.objects.select_related("run").get(pk=what_if.pk)


def _kept() -> dict[str, tuple[object, ...]]:
    """Checksums over what a what-if may never write."""
    tables = (
        "comparison_decision", "comparison_evidence", "comparison_count", "comparison_run", "passes_pass",
        "passes_cover", "roster_benefit", "roster_person",
    )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {table} t")
            found[table] = cursor.fetchone()
    return found


def _lists(run: Run) -> Counter[str]:
    with within(PROVINCE):
        return Counter(Decision.objects.filter(run=run).values_list("list", flat=True))


def test_weaker_feeds_move_people_as_a_run_of_that_policy_would(finished: Run, office: Office) -> None:
    before = _kept()
    made = answered(put(office, WEAKER, finished))
    assert (made.state, made.error) == (State.DONE, "")
    assert _kept() == before
    assert not folder_of(made).exists()
    with within(PROVINCE):
        found = answer_of(made)
        moved = list(lines_of(made, Chosen(moved=True)))
        assert len(moved) == found.moved > 0
        decided = {each.benefit_id: each for each in Decision.objects.filter(run=finished)}
    assert Counter(before for (before, _after), n in found.lists.items() for _ in range(n)) == _lists(finished)
    assert found.benefits == sum(_lists(finished).values())
    for line in moved:
        assert (line.list_before, line.reasons_before) == (
            decided[line.benefit_id].list, decided[line.benefit_id].reasons,
        )  # fmt: skip
    assert {line.list_before for line in moved} == {"eligible"}
    assert all(line.reasons_after for line in moved)


def test_the_lists_after_are_those_of_a_file_run_under_the_scratch_policy(
    finished: Run, office: Office, tmp_path: Path
) -> None:
    made = answered(put(office, WEAKER | {"decision.decision.window_months": "6"}, finished))
    (tmp_path / "policy").mkdir()
    for name, text in made.texts.items():
        (tmp_path / "policy" / name).write_text(text, encoding="utf-8")
    result = compare(
        roster=office.files / "roster.parquet", feeds=office.files / "feeds", as_of=AS_OF, out=tmp_path / "out",
        store=tmp_path / "store", policy=load(tmp_path / "policy"),
    )  # fmt: skip
    after = {
        row["benefit_no"]: (row["list"], " ".join(row["reasons"]))
        for row in pq.read_table(result.out / "decisions.parquet").to_pylist()
    }
    with within(PROVINCE):
        found, lines = answer_of(made), list(lines_of(made, Chosen(moved=True)))
    assert {line.benefit.benefit_no: (line.list_after, line.reasons_after) for line in lines}.items() <= after.items()
    assert Counter(name for (_before, name), n in found.lists.items() for _ in range(n)) == Counter(
        name for name, _reasons in after.values()
    )
    assert lines


def test_the_same_question_comes_to_the_same_answer(finished: Run, office: Office) -> None:
    assert len({answered(put(office, WEAKER, finished)).content_hash for _ in range(2)}) == 1


def test_a_shorter_cycle_moves_stops_as_the_rule_says(finished: Run, office: Office) -> None:
    made = answered(put(office, SHORTER, finished))
    force, tried, first = load(), load_texts(made.texts), Month.of_date(AS_OF)
    with within(PROVINCE):
        lines = {line.benefit_id: line for line in WhatIfLine.objects.filter(what_if=made)}
        paying = Benefit.objects.filter(pay_status="paying")
        decisions = Decision.objects.filter(run=finished, benefit__in=paying)[:400]
        for each in decisions:
            newest = max((day for day in (each.base_month, each.pass_month) if day), default=None)
            wanted = []
            for policy in (force, tried):
                rule = policy.clock_rule(Scheme(each.scheme), each.region, AS_OF)
                stop = clock(rule, Month.of_date(newest)).stop_month if newest else None
                wanted.append(max(stop, first).first_day if stop else None)
            line = lines.get(each.benefit_id)
            assert (line is None) == (wanted[0] == wanted[1])
            if line:
                assert [line.stop_before, line.stop_after] == wanted
        found = answer_of(made)
    assert found.moved == 0
    assert found.shifts["sooner"] == len(lines) > 0
    assert not found.shifts["later"]


def test_without_a_run_the_clocks_of_today_are_asked(office: Office) -> None:
    made = answered(put(office, SHORTER, None, region="4401"))
    force, tried, first = load(), load_texts(made.texts), Month.of_date(DAY)
    assert (made.on, made.stands) == (DAY, True)
    with within(Scope("4401")):
        lines = {line.benefit_id: line for line in WhatIfLine.objects.filter(what_if=made)}
        benefits = list(Benefit.objects.filter(pay_status="paying", region__startswith="4401"))
        assert lines.keys() <= {each.pk for each in benefits}
        for side, policy in (("stop_before", force), ("stop_after", tried)):
            for benefit, stand in zip(benefits, stands(benefits, policy, on=DAY, cutoff=NOW), strict=True):
                if line := lines.get(benefit.pk):
                    assert stand.clock is not None
                    assert getattr(line, side) == max(stand.clock.stop_month, first).first_day
    assert lines


def test_with_a_run_the_clock_may_count_from_the_passes_of_today(finished: Run, office: Office) -> None:
    made = answered(put(office, SHORTER, finished, region="4401", stands=True))
    assert made.state == State.DONE
    with within(Scope("4401")):
        assert {line.region[:4] for line in lines_of(made, Chosen())} == {"4401"}
        assert answer_of(made).benefits == Decision.objects.filter(run=finished, region__startswith="4401").count()


def test_the_scratch_policy_is_kept_with_who_and_when_and_never_in_force(finished: Run, office: Office) -> None:
    force = load().version
    made = answered(put(office, SHORTER | WEAKER, finished))
    assert (made.policy_version, made.scratch_version) == (force, load_texts(made.texts).version)
    assert set(made.texts) == {"clock.yaml", "feeds.yaml"}
    assert (made.asked_by, made.asked_at) == (office.clerk.key, NOW)
    assert load().version == force
    assert {key: (before, after) for key, before, after in made.changes}["feeds.gov_login.code.face"] == ("P1", "P3")
    entries = Entry.objects.filter(object_type="what_if", object_key=str(made.pk)).order_by("id")
    assert [each.kind for each in entries] == [Kind.WHAT_IF_ASKED, Kind.WHAT_IF_FINISHED]
    assert (entries[0].after or {})["changes"] == made.changes


@pytest.mark.parametrize(
    ("values", "key", "sentence"),
    [
        ({"clock.employee.cycle_months": "soon"}, "clock.employee.cycle_months", "whole number"),
        ({"clock.employee.cycle_months": "14"}, "clock.employee.cycle_months", "pay cannot stop"),
        ({"decision.health.shrunk_under": "2"}, "decision.health.shrunk_under", "must enclose 1"),
        ({"decision.health.faulty_over": "2"}, "decision.health.faulty_over", "at most 1"),
        ({"decision.decision.p3_count": "4"}, "decision.decision.p3_count", "weak signs"),
        ({"feeds.gov_login.code.face": "L1"}, "feeds.gov_login.code.face", "cannot have the grade"),
        ({"feeds.nobody.in_use": "false"}, "", "no setting"),
    ],
)
def test_a_wrong_value_is_refused_by_the_loader_in_a_sentence(
    finished: Run, office: Office, values: dict[str, str], key: str, sentence: str
) -> None:
    with pytest.raises(ScratchError, match=sentence) as caught:
        put(office, values, finished)
    assert caught.value.key == key


def test_what_cannot_be_asked(finished: Run, office: Office) -> None:
    with pytest.raises(RunError, match="Nothing differs"):
        put(office, {"clock.employee.cycle_months": "12"}, finished)
    with within(PROVINCE):
        Run.objects.filter(pk=finished.pk).update(rules_version="older")
        older = Run.objects.get(pk=finished.pk)
    try:
        with pytest.raises(RunError, match="repeat it first"):
            put(office, SHORTER, older)
    finally:
        with within(PROVINCE):
            Run.objects.filter(pk=finished.pk).update(rules_version=finished.rules_version)
    queued = Run(pk=9, region="44", state=State.QUEUED, as_of=AS_OF)
    with pytest.raises(RunError, match="not a finished run"):
        put(office, SHORTER, queued)


def test_only_who_may_run_comparisons_there_may_ask(finished: Run) -> None:
    reviewer = actor_of(officer("what-if-reviewer", Role.REVIEWER, "44"), DAY)
    city = actor_of(officer("what-if-city", Role.CLERK, "4403"), DAY)
    for by in (reviewer, city):
        with pytest.raises(NotAllowedError):
            ask_what_if(question=Question("4401", finished, False), values=SHORTER, reason="", by=by, at=NOW)


def test_a_cancelled_one_leaves_nothing(finished: Run, office: Office) -> None:
    waiting, at_work = put(office, WEAKER, finished), put(office, WEAKER, finished)
    assert cancel_what_if(what_if=waiting, by=office.clerk, at=NOW).state == State.CANCELLED
    with within(PROVINCE):
        WhatIf.objects.filter(pk=at_work.pk).update(state=State.RUNNING)
    cancel_what_if(what_if=at_work, by=office.clerk, at=NOW)
    for each in (waiting, at_work):
        assert answered(each).state == State.CANCELLED
        assert not folder_of(each).exists()
        with within(PROVINCE):
            assert not WhatIfLine.objects.filter(what_if=each).exists()
    with pytest.raises(RunError, match="ended"):
        cancel_what_if(what_if=waiting, by=office.clerk, at=NOW)


def test_taken_up_again_it_ends_once(finished: Run, office: Office) -> None:
    begun = put(office, SHORTER, finished)
    with within(PROVINCE):  # a worker died over it
        WhatIf.objects.filter(pk=begun.pk).update(state=State.RUNNING, started_at=NOW, label="decide", done=7)
    made = answered(begun)
    assert (made.state, made.label) == (State.DONE, "")
    with within(PROVINCE):
        lines = WhatIfLine.objects.filter(what_if=made).count()
    again = answered(made)
    with within(PROVINCE):
        assert WhatIfLine.objects.filter(what_if=again).count() == lines


def test_files_of_one_whose_worker_died_after_its_last_word_go_when_it_is_taken_up_again(
    finished: Run, office: Office
) -> None:
    made = answered(put(office, SHORTER, finished))
    folder_of(made).mkdir(parents=True)
    answered(made)
    assert not folder_of(made).exists()


def _rows(what_if: int) -> dict[str, int]:
    with connections["owner"].cursor() as cursor:
        found = {}
        for table, column in (("whatif", "id"), ("whatifcount", "what_if_id"), ("whatifline", "what_if_id")):
            cursor.execute(f"SELECT count(*) FROM comparison_{table} WHERE {column} = %s", [what_if])
            found[table] = cursor.fetchone()[0]
        return found


def test_whoever_asked_deletes_it_with_its_policy_and_people_and_the_trail_keeps_what_was_asked(
    finished: Run, office: Office
) -> None:
    made, other = answered(put(office, SHORTER, finished)), answered(put(office, WEAKER, finished))
    assert _rows(made.pk)["whatifline"] > 0
    kept = _rows(other.pk)
    delete_what_if(what_if=made, by=office.clerk, at=NOW)
    assert _rows(made.pk) == {"whatif": 0, "whatifcount": 0, "whatifline": 0}
    assert _rows(other.pk) == kept
    entry = Entry.objects.filter(kind=Kind.WHAT_IF_DELETED).latest("id")
    assert (entry.object_key, entry.content_hash) == (str(made.pk), made.content_hash)
    assert (entry.before or {})["changes"] == made.changes
    with pytest.raises(RunError, match="deleted already"):
        delete_what_if(what_if=made, by=office.clerk, at=NOW)


def test_neither_anothers_nor_one_at_work_is_deleted(finished: Run, office: Office) -> None:
    waiting = put(office, SHORTER, finished)
    with pytest.raises(RunError, match="cancel it first"):
        delete_what_if(what_if=waiting, by=office.clerk, at=NOW)
    made = answered(waiting)
    other = actor_of(officer("what-if-other", Role.CLERK, "44"), DAY)
    with pytest.raises(RunError, match="Only whoever asked"):
        delete_what_if(what_if=made, by=other, at=NOW)
    assert _rows(made.pk)["whatif"] == 1


def test_old_ones_are_cleared_and_younger_ones_and_those_at_work_stay(finished: Run, office: Office) -> None:
    old, young, waiting = (put(office, SHORTER, finished) for _ in range(3))
    for each in (old, young):
        answered(each)
    with within(PROVINCE):
        WhatIf.objects.filter(pk__in=(old.pk, waiting.pk)).update(finished_at=NOW - timedelta(days=31))
    assert clear_what_ifs(region="44", days=30, at=NOW) >= 1
    assert [_rows(each.pk)["whatif"] for each in (old, young, waiting)] == [0, 1, 1]
    entry = Entry.objects.get(kind=Kind.WHAT_IF_DELETED, object_key=str(old.pk))
    assert (entry.doer, entry.reason) == ("machine:comparison", "expired")
    cancel_what_if(what_if=waiting, by=office.clerk, at=NOW)


def test_a_policy_in_force_that_changed_meanwhile_is_said(finished: Run, office: Office) -> None:
    asked = put(office, SHORTER, finished)
    with within(PROVINCE):
        WhatIf.objects.filter(pk=asked.pk).update(policy_version="0")
    made = answered(asked)
    assert made.state == State.FAILED
    assert "ask it anew" in made.error


def test_another_region_sees_nothing_of_it(finished: Run, office: Office) -> None:
    made = answered(put(office, SHORTER, finished, region="4401"))
    for scope in ("4403", "440305"):
        with within(Scope(scope)):
            assert not WhatIf.objects.filter(pk=made.pk).exists()
            assert not WhatIfLine.objects.filter(what_if_id=made.pk).exists()
    with connection.cursor() as cursor:
        for table in ("comparison_whatif", "comparison_whatifline", "comparison_whatifcount"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)


def test_the_day_of_the_run_is_the_day_of_the_policy(finished: Run, office: Office) -> None:
    made = put(office, SHORTER, finished)
    assert made.on == date(2026, 6, 30) == finished.as_of
