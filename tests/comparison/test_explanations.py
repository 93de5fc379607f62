"""Everybody in a run can be explained, and the explanation is the stored decision (issue A, point 6)."""

import json
from collections.abc import Iterator

import pytest

from anling.comparison.explain import Explanation, PersonAccount, as_json, tell
from anling.comparison.explain.account import BenefitAccount
from anling.comparison.phrases import Use
from anling.rules.evidence import ListName, Reason, Sign, WhyNot
from tests.comparison.conftest import Crowd
from tests.comparison.test_phrases import is_chinese


def decided(crowd: Crowd) -> Iterator[BenefitAccount]:
    return (benefit for person in crowd.people for benefit in person.benefits if benefit.decision)


def whole(crowd: Crowd, person: PersonAccount) -> Explanation:
    run = crowd.run
    return Explanation(
        person.benefits[0].row.person_no, run.folder, run.as_of, "p", (person,), run.health, run.catalogue
    )


def test_every_decision_decided_once_more_is_the_stored_one(crowd: Crowd) -> None:
    faults = [
        f"{benefit.row.benefit_no}: {fault.en}"
        for person in crowd.people
        for benefit in person.benefits
        for fault in benefit.faults
    ]
    assert faults == []
    assert len(list(decided(crowd))) > 500


def test_the_crowd_holds_every_reason_and_nearly_every_fate(crowd: Crowd) -> None:
    """What follows says something only if the generated people meet all that can be said."""
    reasons = {reason for benefit in decided(crowd) if benefit.decision for reason in benefit.decision.reasons}
    judged = {record.judged for person in crowd.people for record in person.records}
    assert reasons == set(Reason)
    assert judged >= {*Use, *WhyNot} - {WhyNot.AFTER_AS_OF}


def test_a_decision_is_one_sentence_in_each_language(crowd: Crowd) -> None:
    for benefit in decided(crowd):
        zh, en = benefit.sentence
        assert zh.count("。") == 1
        assert zh.endswith("。")
        assert en.endswith(".")
        assert not set("{}") & set(zh + en)
        assert is_chinese(zh)
        assert not is_chinese(en)


def test_a_sentence_names_the_newest_record_it_rests_on(crowd: Crowd) -> None:
    for benefit in decided(crowd):
        decision = benefit.decision
        assert decision is not None
        if decision.deciding and decision.list is ListName.LOST:
            newest = decision.deciding[-1]
            day = newest.day
            assert f"{day.year}年{day.month}月{day.day}日" in benefit.sentence.zh
            assert crowd.run.catalogue.feeds[newest.feed].label_en in benefit.sentence.en


def test_a_pass_moves_the_clock_forward_and_nothing_else_moves_it(crowd: Crowd) -> None:
    for benefit in decided(crowd):
        passed = benefit.decision.pass_month if benefit.decision else None
        if passed is None or (benefit.before and passed <= benefit.before.base):
            assert benefit.after == benefit.before
        else:
            assert benefit.after is not None
            assert benefit.after.base == passed
            assert benefit.after.stop_month == passed + 13


@pytest.mark.parametrize("list_name", ListName)
def test_names_and_numbers_are_masked_unless_asked_for(crowd: Crowd, list_name: ListName) -> None:
    for person in crowd.people:
        if not any(benefit.decision and benefit.decision.list is list_name for benefit in person.benefits):
            continue
        told = whole(crowd, person)
        shown = "\n".join(f"{line.zh}\n{line.en}" for line in tell(told)) + json.dumps(
            as_json(told), ensure_ascii=False
        )
        assert person.number not in shown
        assert person.name not in shown
        in_full = "\n".join(line.zh for line in tell(told, unmask=True))
        assert person.number in in_full
        assert person.name in in_full


def test_who_was_not_seen_learns_which_sources_could_have_shown_it(crowd: Crowd) -> None:
    unseen = [person for person in crowd.people if person.unseen]
    lines = "\n".join(line.en for line in tell(whole(crowd, unseen[0])))
    assert "feeds could have shown the person alive" in lines
    assert "far too small, so finding nothing there says little" in lines


def test_a_number_that_fails_its_check_is_tied_to_nothing(crowd: Crowd) -> None:
    untied = [person for person in crowd.people if not person.number_tied]
    assert untied
    assert all(person.records == () for person in untied)


def test_long_absence_is_a_hint_and_a_short_one_proves_nothing(crowd: Crowd) -> None:
    exits = [
        record
        for person in crowd.people
        for record in person.records
        if (record.traced.record.feed, record.traced.record.code) == ("police_border", "exit")
    ]
    signs = {record.traced.record.sign for record in exits}
    assert signs == {Sign.HINT, Sign.NONE}
