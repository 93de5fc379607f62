"""A case from hand to hand: every state and step, two officers at once, and who may not do what alone."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope, machine
from anling.casework import documents, findings, operations, verdicts
from anling.casework.errors import CaseError, TakenError
from anling.casework.findings import Found
from anling.casework.models import Attempt, Case, CaseEvent, CaseKind, CaseState, Finding, Outcome, SourceVerdict
from anling.casework.operations import Tried
from anling.casework.queries.wanted import Wanted
from anling.passes.clocks import newest_months
from anling.passes.models import Pass, Way
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.client import person
from tests.support.listings import CERTIFICATE, DEATH, TRIP, Listed, a_case, listing, taken_over
from tests.support.platform import DAY, NOW, clerk, officer

HERE = Scope("440104")
PNG = b"\x89PNG\r\n\x1a\n" + b"rest of a picture" * 10
TRIED = Tried(Attempt.Way.PHONE, Attempt.Result.NO_ANSWER, NOW - timedelta(hours=1), "rang three times")


def _reviewer(username: str = "reviewer", region: str = "4401") -> Actor:
    return actor_of(officer(username, Role.REVIEWER, region), DAY)


def _now(case: Case) -> Case:
    with within(HERE):
        return Case.objects.get(pk=case.pk)


def _told(case: Case) -> list[str]:
    with within(HERE):
        return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("what", flat=True))


def _find(case: Case, by: Actor, outcome: Outcome = Outcome.DEAD, **said: object) -> Finding:
    values = {"note": "the daughter showed the certificate", "day": date(2026, 5, 10), "way": "", **said}
    with within(HERE):
        return findings.find(
            case=case.pk, version=_now(case).version, found=Found(outcome, **values), by=by, at=NOW  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.mark.usefixtures("db")
def test_a_case_goes_from_hand_to_hand_and_its_history_tells() -> None:
    one, two = clerk("4401", "one"), clerk("4401", "two")
    case = a_case(one)
    with within(HERE):
        taken = operations.take(case=case.pk, version=1, by=one, at=NOW)
        assert (taken.state, taken.assignee) == (CaseState.IN_WORK, one.key)
        with pytest.raises(TakenError, match="one works on this case"):
            operations.take(case=case.pk, version=2, by=two, at=NOW)
        operations.assign(case=case.pk, version=2, to=two.key, note="my leave", by=one, at=NOW)
        with pytest.raises(CaseError, match="in your own hands"):
            operations.release(case=case.pk, version=3, note="", by=one, at=NOW)
        freed = operations.release(case=case.pk, version=3, note="", by=two, at=NOW)
        assert (freed.state, freed.assignee) == (CaseState.OPEN, "")
        operations.assign(case=case.pk, version=4, to=one.key, note="", by=two, at=NOW)
    assert _now(case).state == CaseState.OPEN, "given, and not begun"
    assert _told(case) == ["opened", "taken", "handed_over", "released", "assigned"]


@pytest.mark.usefixtures("db")
def test_a_page_that_was_read_before_somebody_else_acted_is_refused_with_what_changed() -> None:
    one = clerk("4401", "one")
    case = a_case(one)
    with within(HERE):
        operations.take(case=case.pk, version=1, by=one, at=NOW)
        with pytest.raises(TakenError, match=r"one changed the case meanwhile \(taken, "):
            operations.take(case=case.pk, version=1, by=one, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_case_is_given_only_to_who_may_work_there() -> None:
    one = clerk("4401", "one")
    case = a_case(one)
    with within(HERE):
        for key, said in (
            (_reviewer().key, "may not work"),
            (clerk("4403", "far").key, "may not work"),
            ("x", "Choose"),
        ):
            with pytest.raises(CaseError, match=said):
                operations.assign(case=case.pk, version=1, to=key, note="", by=one, at=NOW)


@pytest.mark.usefixtures("db")
def test_cases_of_a_village_and_of_a_unit_are_given_at_once() -> None:
    by, other = clerk("4401", "one"), clerk("4401", "two")
    keys = [person(f"1101051949123100{n}", region, unit=unit) for n, (region, unit) in enumerate(
        [("440104001001", "U1"), ("440104001001", "U2"), ("440104001002", "U2"), ("440104002", "U3")]
    )]  # fmt: skip
    taken_over(listing(*(Listed(key) for key in keys), region="4401"), by)
    with within(HERE):
        cases = {case.person_id: case.pk for case in Case.objects.all()}
        operations.take(case=cases[keys[0]], version=1, by=by, at=NOW)

        def give(keys: list[int] | None = None, **wanted: Any) -> int:
            return operations.assign_many(wanted=Wanted(**wanted), keys=keys, to=other.key, note="", by=by, at=NOW)

        assert give(region="440104001001") == 2
        assert give(unit="U2", assignee="nobody") == 1
        assert give([cases[keys[3]]]) == 1
        assert set(Case.objects.values_list("assignee", flat=True)) == {other.key}
        with pytest.raises(CaseError, match="None of these"):
            give(unit="U9")
        with pytest.raises(NotAllowedError):
            operations.assign_many(
                wanted=Wanted(), keys=None, to=other.key, note="", by=_reviewer(), at=NOW
            )  # fmt: skip
    entry = Entry.objects.filter(kind=Kind.CASE_ASSIGNED).latest("id")
    assert (entry.rows, len(entry.content_hash)) == (1, 64)


@pytest.mark.usefixtures("db")
def test_an_attempt_counts_begins_the_work_and_can_stand_without_a_case() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        operations.record_attempt(
            person=case.person_id, region=case.region, tried=TRIED, by=by, at=NOW, case=case.pk
        )  # fmt: skip
        other = person("110105194912310011")
        operations.record_attempt(person=other, region="440104", tried=TRIED, by=by, at=NOW)
        with pytest.raises(CaseError, match="another person's"):
            operations.record_attempt(person=other, region="440104", tried=TRIED, by=by, at=NOW, case=case.pk)
        ahead = Tried(Attempt.Way.VISIT, Attempt.Result.REACHED, NOW + timedelta(days=1))
        with pytest.raises(CaseError, match="future"):
            operations.record_attempt(person=other, region="440104", tried=ahead, by=by, at=NOW)
    now = _now(case)
    assert (now.tries, now.state, now.assignee) == (1, CaseState.IN_WORK, by.key)


@pytest.mark.usefixtures("db")
def test_alive_makes_a_pass_closes_the_case_and_counts_against_the_source() -> None:
    by = clerk("4401", "one")
    case = a_case(by, records=(DEATH, TRIP))
    _find(case, by, Outcome.ALIVE, day=date(2026, 6, 20), way="visit")
    now = _now(case)
    assert (now.state, now.outcome) == (CaseState.CLOSED, "alive")
    with within(HERE):
        (made,) = Pass.objects.filter(person=case.person_id)
        assert (made.way, Month.of_date(made.month)) == (Way.VISIT, Month.of(2026, 6))
        assert newest_months(case.benefits, cutoff=NOW) == {case.benefits[0]: Month.of(2026, 6)}
        said = verdicts.precision()
    assert (said["civil_cremation"].share, said["transport_trip"].share) == (0.0, 1.0)


@pytest.mark.usefixtures("db")
def test_a_loss_waits_for_a_second_officer_who_agrees() -> None:
    by, second = clerk("4401", "one"), _reviewer()
    case = a_case(by, records=(DEATH, CERTIFICATE))
    finding = _find(case, by)
    assert _now(case).state == CaseState.FOUND
    with within(HERE):
        assert not SourceVerdict.objects.exists(), "nothing is said of a source before it is certain"
        findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW)
        with pytest.raises(TakenError, match="reviewer has decided"):
            findings.return_finding(finding=finding.pk, note="no", by=second, at=NOW)
        assert SourceVerdict.objects.filter(verdict="confirmed").count() == 2
        assert not Pass.objects.exists()
        assert Benefit.objects.get(person=case.person_id).pay_status == "paying", "pay is the payment room's"
    now = _now(case)
    assert (now.state, now.outcome) == (CaseState.CLOSED, "dead")
    with within(HERE), pytest.raises(CaseError, match="closed"):
        operations.take(case=case.pk, version=now.version, by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_returned_finding_goes_back_and_can_be_made_again() -> None:
    by, second = clerk("4401", "one"), _reviewer()
    case = a_case(by)
    first = _find(case, by)
    with within(HERE):
        with pytest.raises(CaseError, match="Say what is missing"):
            findings.return_finding(finding=first.pk, note=" ", by=second, at=NOW)
        findings.return_finding(finding=first.pk, note="whose certificate?", by=second, at=NOW)
    assert (_now(case).state, _now(case).assignee) == (CaseState.RETURNED, by.key)
    again = _find(case, by, note="certificate of the person, number compared")
    with within(HERE):
        findings.approve_finding(finding=again.pk, note="", by=second, at=NOW)
        assert list(Finding.objects.order_by("id").values_list("state", flat=True)) == ["returned", "approved"]
    assert _now(case).outcome == "dead"


def _both(username: str = "both") -> Actor:
    both = officer(username, Role.CLERK, "4401")
    both.grants.create(role=Role.REVIEWER, region="4401", valid_from=DAY)
    return actor_of(both, DAY)


@pytest.mark.usefixtures("db")
def test_nobody_approves_what_they_found_not_even_past_the_operation() -> None:
    both = _both()
    case = a_case(both)
    finding = _find(case, both)
    with within(HERE):
        for act in (findings.approve_finding, findings.return_finding):
            with pytest.raises(CaseError, match="You made this finding"):
                act(finding=finding.pk, note="fine", by=both, at=NOW)
        with pytest.raises(NotAllowedError):
            findings.approve_finding(finding=finding.pk, note="", by=clerk("4401", "three"), at=NOW)
        with pytest.raises(NotAllowedError):
            findings.approve_finding(finding=finding.pk, note="", by=machine("sweeper"), at=NOW)
        with pytest.raises(IntegrityError, match="found_and_approved_by_two"), transaction.atomic():
            Finding.objects.filter(pk=finding.pk).update(decider=both.key)
        assert Finding.objects.get(pk=finding.pk).state == "pending"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("outcome", "said", "sentence"),
    [
        (Outcome.DEAD, {"day": None}, "Give the day"),
        (Outcome.DEAD, {"day": DAY + timedelta(days=2)}, "still to come"),
        (Outcome.ALIVE, {"way": "comparison"}, "how it was checked"),
        (Outcome.IN_CUSTODY, {"until": date(2020, 1, 1)}, "ends before it begins"),
        (Outcome.CANNOT_BE_FOUND, {}, "record the attempt first"),
        (Outcome.MOVED, {"note": " "}, "on what the finding rests"),
        (Outcome.DEAD, {"benefits": (1,)}, "benefits of its case"),
        (Outcome.SOURCE_ERROR, {"verdicts": {("a", "b", "c"): "perhaps"}}, "confirmed, refuted"),
    ],
)
def test_a_finding_that_lacks_something_is_refused(outcome: Outcome, said: dict[str, object], sentence: str) -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with pytest.raises(CaseError, match=sentence):
        _find(case, by, outcome, **said)
    assert _now(case).state == CaseState.OPEN


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("outcome", [Outcome.MOVED, Outcome.CANNOT_BE_FOUND, Outcome.SOURCE_ERROR])
def test_other_findings_close_at_once_and_make_no_pass(outcome: Outcome) -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        operations.record_attempt(
            person=case.person_id, region=case.region, tried=TRIED, by=by, at=NOW, case=case.pk
        )  # fmt: skip
    _find(case, by, outcome, verdicts={tuple(DEATH.place): "" if outcome == Outcome.MOVED else "refuted"})
    with within(HERE):
        assert not Pass.objects.exists()
        assert SourceVerdict.objects.count() == (outcome != Outcome.MOVED)
    assert _now(case).outcome == outcome


@pytest.mark.usefixtures("db")
def test_a_correction_notice_names_each_wrong_record_once_and_no_person() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    _find(case, by, Outcome.ALIVE, way="outlet")
    with within(Scope("4401")):
        assert verdicts.untold("civil_cremation") == 1
        made = verdicts.make_notice(feed="civil_cremation", by=by, at=NOW)
        text = made.content.decode("utf-8-sig")
        assert text.splitlines()[1].startswith("civil_cremation,2026-06,c1,refuted,")
        assert "11010519491231002X" not in text
        assert "某甲" not in text
        with pytest.raises(CaseError, match="No record of this feed"):
            verdicts.make_notice(feed="civil_cremation", by=by, at=NOW)
        again = verdicts.make_notice(feed="civil_cremation", by=by, at=NOW, again=made.name)
        assert again.content == made.content
        assert verdicts.notices("civil_cremation") == [(made.name, NOW)]
    assert Entry.objects.filter(kind=Kind.CORRECTION_NOTICE_MADE, rows=1).count() == 2


@pytest.mark.usefixtures("db")
def test_a_document_is_taken_for_what_it_holds_and_unreadable_where_it_lies() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        made = documents.attach(case=case.pk, name="..\\..\\=死亡证明\u202e.exe", content=PNG, by=by, at=NOW)
        assert (made.name, made.content_type, made.size) == ("=死亡证明.png", "image/png", len(PNG))
        stored = (settings.HOME / "documents" / made.stored_as).read_bytes()
        assert b"PNG" not in stored
        assert b"picture" not in stored
        opened = documents.read_document(document=made.pk, by=_reviewer(), at=NOW)
        assert (opened.content, opened.name) == (PNG, made.name)
    assert Entry.objects.filter(kind=Kind.DOCUMENT_READ, object_key=str(case.pk)).count() == 1
    with within(Scope("440305")), pytest.raises(CaseError, match="no such document"):
        documents.read_document(document=made.pk, by=clerk("440305", "far"), at=NOW)


@pytest.mark.usefixtures("db")
def test_a_document_changed_on_the_disk_is_not_shown() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        made, other = (documents.attach(case=case.pk, name="a.png", content=PNG + more, by=by, at=NOW)
                       for more in (b"1", b"2"))  # fmt: skip
        folder = settings.HOME / "documents"
        (folder / made.stored_as).write_bytes((folder / other.stored_as).read_bytes())
        with pytest.raises(CaseError, match="changed on the disk"):
            documents.read_document(document=made.pk, by=by, at=NOW)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("content", [b"", b"MZ executable", b"<script>", b"\xff\xd8\xff" + b"x" * (10 << 20)])
def test_other_kinds_and_sizes_of_files_are_refused(content: bytes) -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE), pytest.raises(CaseError, match=r"Only PDF|1 byte to"):
        documents.attach(case=case.pk, name="a.pdf", content=content, by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_report_opens_a_case_and_one_person_has_one() -> None:
    by, key = clerk("4401", "one"), person()
    with within(HERE):
        made = operations.open_case(
            person=key, region="440104", kind=CaseKind.REPORT, note="a neighbour called", by=by, at=NOW
        )  # fmt: skip
        with pytest.raises(CaseError, match="open case already"):
            operations.open_case(person=key, region="440104", kind=CaseKind.REPORT, note="again", by=by, at=NOW)
    again = taken_over(listing(Listed(key), region="4401"), by)
    assert (again.opened, again.updated) == (0, 1)
    assert (_now(made).kind, _now(made).reasons) == ("report", "death single_source")


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of several acts came to, done at the same time in transactions of their own."""
    came: list[object] = []
    begin = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> None:
        try:
            begin.wait()
            with within(HERE):
                came.append(act())
        except (CaseError, IntegrityError) as error:
            came.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


@pytest.mark.usefixtures("flushed")
def test_two_officers_take_one_case_at_once_and_one_gets_it() -> None:
    one, two = clerk("4401", "one"), clerk("4401", "two")
    case = a_case(one)
    came = _at_once(*(lambda by=by: operations.take(case=case.pk, version=1, by=by, at=NOW) for by in (one, two)))
    assert sorted(type(each).__name__ for each in came) == ["Case", "TakenError"]
    assert _now(case).version == 2


@pytest.mark.usefixtures("flushed")
def test_two_reviewers_decide_one_finding_at_once_and_one_decision_holds() -> None:
    by, second, third = clerk("4401", "one"), _reviewer("second"), _reviewer("third")
    case = a_case(by)
    finding = _find(case, by)
    came = _at_once(
        lambda: findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW),
        lambda: findings.return_finding(finding=finding.pk, note="doubtful", by=third, at=NOW),
    )
    assert sorted(type(each).__name__ for each in came) == ["Finding", "TakenError"]
    with within(HERE):
        held = Finding.objects.get(pk=finding.pk)
    assert (held.state, _now(case).state) in {("approved", "closed"), ("returned", "returned")}


@pytest.mark.usefixtures("flushed")
def test_a_run_adopted_while_an_officer_reports_the_same_person_leaves_one_case() -> None:
    by, key = clerk("4401", "one"), person()
    run = listing(Listed(key), region="4401")
    _at_once(
        lambda: operations.open_case(person=key, region="440104", kind=CaseKind.REPORT, note="x", by=by, at=NOW),
        lambda: taken_over(run, by),
    )
    with within(HERE):
        assert Case.objects.filter(person=key).exclude(state="closed").count() == 1
