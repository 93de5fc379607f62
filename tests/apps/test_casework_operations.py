"""A case from hand to hand: every step, two officers at once, and who may not do what."""

from datetime import timedelta
from typing import Any

import pytest

from anling.access.errors import NotAllowedError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.casework import operations
from anling.casework.errors import CaseError, TakenError
from anling.casework.models import Attempt, Case, CaseKind, CaseState
from anling.casework.operations import Tried
from anling.casework.queries.wanted import Wanted
from tests.support import case_holdings
from tests.support.case_steps import HERE, TRIED, at_once, now, reviewer, told
from tests.support.client import person
from tests.support.listings import Listed, a_case, listing, taken_over
from tests.support.platform import DAY, NOW, clerk


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
    assert now(case).state == CaseState.OPEN, "given, and not begun"
    assert told(case) == ["opened", "taken", "handed_over", "released", "assigned"]


@pytest.mark.usefixtures("db")
def test_a_page_that_was_read_before_somebody_else_acted_is_refused_with_what_changed() -> None:
    one = clerk("4401", "one")
    case = a_case(one)
    with within(HERE):
        operations.take(case=case.pk, version=1, by=one, at=NOW)
        with pytest.raises(TakenError, match="one changed the case meanwhile, at 10:00"):
            operations.take(case=case.pk, version=1, by=one, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_case_is_given_only_to_who_may_work_there() -> None:
    one = clerk("4401", "one")
    case = a_case(one)
    with within(HERE):
        for key, said in (
            (reviewer().key, "may not work"),
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
                wanted=Wanted(), keys=None, to=other.key, note="", by=reviewer(), at=NOW
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
    stands = now(case)
    assert (stands.tries, stands.state, stands.assignee) == (1, CaseState.IN_WORK, by.key)


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
    assert (now(made).kind, now(made).reasons) == ("report", "death single_source")


@pytest.mark.usefixtures("flushed")
def test_two_officers_take_one_case_at_once_and_one_gets_it() -> None:
    one, two = clerk("4401", "one"), clerk("4401", "two")
    case = a_case(one)
    came = at_once(*(lambda by=by: operations.take(case=case.pk, version=1, by=by, at=NOW) for by in (one, two)))
    assert sorted(type(each).__name__ for each in came) == ["Case", "TakenError"]
    assert now(case).version == 2


@pytest.mark.usefixtures("flushed")
def test_a_run_adopted_while_an_officer_reports_the_same_person_leaves_one_case() -> None:
    by, key = clerk("4401", "one"), person()
    run = listing(Listed(key), region="4401")
    at_once(
        lambda: operations.open_case(person=key, region="440104", kind=CaseKind.REPORT, note="x", by=by, at=NOW),
        lambda: taken_over(run, by),
    )
    with within(HERE):
        assert Case.objects.filter(person=key).exclude(state="closed").count() == 1


@pytest.mark.usefixtures("db")
def test_the_list_is_narrowed_by_the_code_of_a_reason_and_by_no_part_of_it() -> None:
    keys = {}
    with within(HERE):
        for reasons in ("death single_source", "single_source", "near_death"):
            case = case_holdings.case("440104")
            Case.objects.filter(pk=case.pk).update(reasons=reasons)
            keys[case.pk] = reasons

        def found(reason: str) -> set[str]:
            return {keys[each.pk] for each in Wanted(reason=reason, state="").found(DAY, "")}

        assert found("death") == {"death single_source"}
        assert found("single_source") == {"death single_source", "single_source"}
        assert found("source") == found("death single_source") == found("deat%") == set()
