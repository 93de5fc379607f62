"""The shipped catalogue says what the feed table of contracts.md says."""

from collections.abc import Iterator
from datetime import date

import pytest

from anling import policy
from anling.policy import CodeMeaning
from tests.support.generate import AS_OF_DATES
from tests.support.table import DEPARTMENTS, MEANINGS, Meaning, dated_by_end, kind


def codes(on: date) -> Iterator[tuple[str, CodeMeaning]]:
    for feed in policy.load().catalogue(on).feeds.values():
        for meaning in feed.codes.values():
            yield feed.code, meaning


@pytest.mark.parametrize("on", AS_OF_DATES)
def test_every_code_means_what_the_contract_says(on: date) -> None:
    found = {(feed, one.code): Meaning(str(one.sign), str(one.grade), one.no_raise) for feed, one in codes(on)}
    assert found == MEANINGS


@pytest.mark.parametrize("on", AS_OF_DATES)
def test_departments_and_the_date_that_counts(on: date) -> None:
    assert {feed.code: feed.department for feed in policy.load().catalogue(on).feeds.values()} == DEPARTMENTS
    assert {feed: one.dated_by == "end_date" for feed, one in codes(on)} == {f: dated_by_end(f) for f in DEPARTMENTS}


def test_weak_signs_are_of_one_kind_exactly_where_the_contract_joins_them() -> None:
    weak = [(feed, one) for feed, one in codes(date(2024, 5, 31)) if one.grade == "P3"]
    for feed, one in weak:
        joined = {(other_feed, other.code) for other_feed, other in weak if other.kind == one.kind}
        expected = {(f, c) for (f, c), m in MEANINGS.items() if m.grade == "P3" and kind(f, c) == kind(feed, one.code)}
        assert joined == expected
