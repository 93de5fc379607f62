"""Findings: what closes a case at once, what waits for a second officer, what departments are told."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from anling.access.errors import NotAllowedError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope, machine
from anling.casework import findings, operations, verdicts
from anling.casework.errors import CaseError, TakenError
from anling.casework.models import CaseState, Finding, Outcome, SourceVerdict
from anling.passes.clocks import newest_months
from anling.passes.models import Pass, Way
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.case_steps import HERE, TRIED, at_once, both, now, reviewer, say
from tests.support.listings import CERTIFICATE, DEATH, TRIP, a_case
from tests.support.platform import DAY, NOW, clerk


@pytest.mark.usefixtures("db")
def test_alive_makes_a_pass_closes_the_case_and_counts_against_the_source() -> None:
    by = clerk("4401", "one")
    case = a_case(by, records=(DEATH, TRIP))
    say(case, by, Outcome.ALIVE, day=date(2026, 6, 20), way="visit")
    stands = now(case)
    assert (stands.state, stands.outcome) == (CaseState.CLOSED, "alive")
    with within(HERE):
        (made,) = Pass.objects.filter(person=case.person_id)
        assert (made.way, Month.of_date(made.month)) == (Way.VISIT, Month.of(2026, 6))
        assert newest_months(case.benefits, cutoff=NOW) == {case.benefits[0]: Month.of(2026, 6)}
        said = verdicts.precision()
    assert (said["civil_cremation"].share, said["transport_trip"].share) == (0.0, 1.0)


@pytest.mark.usefixtures("db")
def test_a_loss_waits_for_a_second_officer_who_agrees() -> None:
    by, second = clerk("4401", "one"), reviewer()
    case = a_case(by, records=(DEATH, CERTIFICATE))
    finding = say(case, by)
    assert now(case).state == CaseState.FOUND
    with within(HERE):
        assert not SourceVerdict.objects.exists(), "nothing is said of a source before it is certain"
        findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW)
        with pytest.raises(TakenError, match="reviewer has decided"):
            findings.return_finding(finding=finding.pk, note="no", by=second, at=NOW)
        assert SourceVerdict.objects.filter(verdict="confirmed").count() == 2
        assert not Pass.objects.exists()
        assert Benefit.objects.get(person=case.person_id).pay_status == "paying", "pay is the payment room's"
    stands = now(case)
    assert (stands.state, stands.outcome) == (CaseState.CLOSED, "dead")
    with within(HERE), pytest.raises(CaseError, match="closed"):
        operations.take(case=case.pk, version=stands.version, by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_returned_finding_goes_back_and_can_be_made_again() -> None:
    by, second = clerk("4401", "one"), reviewer()
    case = a_case(by)
    first = say(case, by)
    with within(HERE):
        with pytest.raises(CaseError, match="Say what is missing"):
            findings.return_finding(finding=first.pk, note=" ", by=second, at=NOW)
        findings.return_finding(finding=first.pk, note="whose certificate?", by=second, at=NOW)
    assert (now(case).state, now(case).assignee) == (CaseState.RETURNED, by.key)
    again = say(case, by, note="certificate of the person, number compared")
    with within(HERE):
        findings.approve_finding(finding=again.pk, note="", by=second, at=NOW)
        assert list(Finding.objects.order_by("id").values_list("state", flat=True)) == ["returned", "approved"]
    assert now(case).outcome == "dead"


@pytest.mark.usefixtures("db")
def test_nobody_approves_what_they_found_not_even_past_the_operation() -> None:
    alone = both()
    case = a_case(alone)
    finding = say(case, alone)
    with within(HERE):
        for act in (findings.approve_finding, findings.return_finding):
            with pytest.raises(CaseError, match="You made this finding"):
                act(finding=finding.pk, note="fine", by=alone, at=NOW)
        with pytest.raises(NotAllowedError):
            findings.approve_finding(finding=finding.pk, note="", by=clerk("4401", "three"), at=NOW)
        with pytest.raises(NotAllowedError):
            findings.approve_finding(finding=finding.pk, note="", by=machine("sweeper"), at=NOW)
        with pytest.raises(IntegrityError, match="found_and_approved_by_two"), transaction.atomic():
            Finding.objects.filter(pk=finding.pk).update(decider=alone.key)
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
        say(case, by, outcome, **said)
    assert now(case).state == CaseState.OPEN


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("outcome", [Outcome.MOVED, Outcome.CANNOT_BE_FOUND, Outcome.SOURCE_ERROR])
def test_other_findings_close_at_once_and_make_no_pass(outcome: Outcome) -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        operations.record_attempt(
            person=case.person_id, region=case.region, tried=TRIED, by=by, at=NOW, case=case.pk
        )  # fmt: skip
    say(case, by, outcome, verdicts={tuple(DEATH.place): "" if outcome == Outcome.MOVED else "refuted"})
    with within(HERE):
        assert not Pass.objects.exists()
        assert SourceVerdict.objects.count() == (outcome != Outcome.MOVED)
    assert now(case).outcome == outcome


@pytest.mark.usefixtures("db")
def test_a_correction_notice_names_each_wrong_record_once_and_no_person() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    say(case, by, Outcome.ALIVE, way="outlet")
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


@pytest.mark.usefixtures("flushed")
def test_two_reviewers_decide_one_finding_at_once_and_one_decision_holds() -> None:
    by, second, third = clerk("4401", "one"), reviewer("second"), reviewer("third")
    case = a_case(by)
    finding = say(case, by)
    came = at_once(
        lambda: findings.approve_finding(finding=finding.pk, note="", by=second, at=NOW),
        lambda: findings.return_finding(finding=finding.pk, note="doubtful", by=third, at=NOW),
    )
    assert sorted(type(each).__name__ for each in came) == ["Finding", "TakenError"]
    with within(HERE):
        held = Finding.objects.get(pk=finding.pk)
    assert (held.state, now(case).state) in {("approved", "closed"), ("returned", "returned")}
