"""Questions about whole columns: each equals the question put to the texts one by one."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anling.matching.normalise import columns
from anling.policy import load
from tests.intake.cut_out import LARGE, column, hidden
from tests.intake.cut_out import columns as cut_out

CHARACTERS = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
BLANKS = [character for character in CHARACTERS if character.isspace()]
AROUND_BLANKS = st.text(st.sampled_from((*BLANKS, "a", "李", "、", "\u200b", "\u2010", "\u1681", "ａ")), max_size=4)
SEXES = load().values(date.max)["sex"]
ABSENT = pa.nulls(3)
DAYS = pa.array([date(2024, 3, 5), None, date(1940, 1, 1)])


def as_texts(texts: pa.Array) -> pa.Array:
    """Engines hand over large strings."""
    return texts.cast(LARGE)


def test_every_character_alone() -> None:
    assert len(BLANKS) > 20
    assert columns.empty(column(CHARACTERS)).tolist() == [not character.strip() for character in CHARACTERS]


@given(cut_out(AROUND_BLANKS))
@example(column(["", None, " ", "\u3000", "\u3000李", "\x1f\u00a0", "a "]))
@example(hidden(["a", "b", " "], [True, False, True]))
def test_empty_is_missing_or_nothing_but_blanks(given_texts: pa.Array) -> None:
    texts = as_texts(given_texts)
    assert columns.empty(texts).tolist() == [not (text or "").strip() for text in texts.to_pylist()]


@given(cut_out(AROUND_BLANKS))
def test_trimmed_is_what_stands_between_blanks(given_texts: pa.Array) -> None:
    texts = as_texts(given_texts)
    assert columns.trimmed(texts).to_pylist() == [(text or "").strip() or None for text in texts.to_pylist()]


@given(cut_out(AROUND_BLANKS))
def test_each_text_is_asked_as_if_alone(given_texts: pa.Array) -> None:
    texts = as_texts(given_texts)
    assert columns.each_once(texts, str.isspace).tolist() == [(text or "").isspace() for text in texts.to_pylist()]
    assert columns.holding(texts, "李").tolist() == ["李" in (text or "") for text in texts.to_pylist()]
    some = np.arange(0, len(texts), 2)
    asked = columns.asked(texts, some, lambda text: len(text) > 1)
    texts_there = [text if place % 2 == 0 else None for place, text in enumerate(texts.to_pylist())]
    assert asked.tolist() == [len(text or "") > 1 for text in texts_there]


@given(cut_out(st.sampled_from(("1", "2", " 1", "男 ", "女", "Ｍale", "", " ", "x", "九"))))
def test_numbers_that_stand_for_texts(given_texts: pa.Array) -> None:
    """Codes are taken as they are written, blanks around them aside; the words of the policy in any spelling."""
    texts = as_texts(given_texts)
    written, numbers = [(text or "").strip() for text in texts.to_pylist()], {"1": 1, "女": 7, "x": 255}
    assert columns.numbered(texts, numbers).tolist() == [numbers.get(text, 0) for text in written]
    assert columns.numbered(texts, SEXES).tolist() == [int(SEXES.get(text, "0")) for text in written]


@given(cut_out(st.sampled_from(("1", "男", " 男", "Male", "９", "", "\u3000", "5", "某"))))
def test_words_are_what_the_policy_calls_each_spelling(given_texts: pa.Array) -> None:
    texts = as_texts(given_texts).to_pylist()
    found = columns.words(as_texts(given_texts), SEXES)
    known = [SEXES[text] if text is not None and text in SEXES else None for text in texts]
    assert found.texts().to_pylist() == known
    assert found.are("1").tolist() == [word == "1" for word in known]
    assert found.are("no word of ours").tolist() == [False] * len(texts)
    pairs = zip(texts, known, strict=True)
    assert found.unknown.tolist() == [word is None and bool((text or "").strip()) for text, word in pairs]


@pytest.mark.parametrize(
    ("question", "absent", "days"),
    [
        (columns.empty, [True] * 3, [False, True, False]),
        (lambda texts: columns.each_once(texts, bool), [False] * 3, [False] * 3),
        (lambda texts: columns.holding(texts, "a"), [False] * 3, [False] * 3),
        (lambda texts: columns.numbered(texts, {"1": 1}), [0] * 3, [0] * 3),
        (lambda texts: columns.words(texts, SEXES).unknown, [False] * 3, [True, False, True]),
    ],
)
def test_columns_that_hold_no_texts(
    question: Callable[[pa.Array], columns.Mask], absent: list[bool], days: list[bool]
) -> None:
    assert question(ABSENT).tolist() == absent
    assert question(DAYS).tolist() == days


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2) | st.integers(2**16 - 2, 2**16 + 2)))
def test_whole_numbers_in_order(numbers: list[int]) -> None:
    ordered = sorted(range(len(numbers)), key=numbers.__getitem__)
    assert columns.order_of(np.array(numbers, np.int64)).tolist() == ordered
