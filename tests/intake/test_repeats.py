"""Record numbers that come more than once: whatever the order and the pieces, what a set would say (contracts.md)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anling.matching.normalise.repeats import repeats
from tests.intake.cut_out import ANY_TEXT, Given, column, hidden

FEW = st.sampled_from(("1", "2", "10", "s-1", "李明", "a number of more than sixteen bytes", "", " "))
FILES = st.lists(FEW) | st.lists(ANY_TEXT) | st.lists(FEW | st.none()) | st.lists(FEW, unique=True)
IN_ORDER = st.lists(ANY_TEXT, unique=True).map(sorted) | st.lists(FEW).map(sorted)


def naive(texts: Sequence[Given]) -> list[int]:
    seen: set[str] = set()
    found = []
    for place, text in enumerate(texts):
        if text in seen:
            found.append(place)
        elif text is not None:
            seen.add(text)
    return found


def cut(texts: Sequence[Given], cuts: Sequence[int]) -> list[pa.Array]:
    """The same texts in pieces, some of them empty, all in the memory of one column."""
    bounds = [0, *sorted(min(at, len(texts)) for at in cuts), len(texts)]
    whole = column(texts)
    return [whole.slice(first, last - first) for first, last in pairwise(bounds)]


def found_in(pieces: Sequence[pa.Array]) -> list[int]:
    """Each reading of the file is new, and goes through it once."""

    def reading() -> Iterator[pa.Array]:
        yield from pieces

    return [int(place) for place in repeats(reading)]


@given(FILES | IN_ORDER, st.lists(st.integers(0, 12), max_size=3))
@example([None, "", ""], [])
@example([None, None, None], [1])
@example(["1", "2", "2"], [2])
@example(["1", "1"], [1])
@example(["1", "2", "1"], [2])
@example(["1", "1", "a number of more than sixteen bytes"], [1])
@example(["\uffff", "\U00010000", "\uffff"], [])
def test_repeats_are_what_a_set_says(texts: Sequence[Given], cuts: Sequence[int]) -> None:
    assert found_in(cut(texts, cuts)) == naive(texts)


@given(IN_ORDER, st.data())
def test_one_number_out_of_order_is_enough(texts: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(texts)))
    strayed = [*texts[:at], data.draw(st.sampled_from(texts) if texts else FEW), *texts[at:]]
    assert found_in(cut(strayed, [len(texts) // 2])) == naive(strayed)


def test_what_stands_under_a_missing_number_repeats_nothing() -> None:
    assert found_in([hidden(["1", "1", "2", "1"], [True, False, True, True])]) == [3]


@pytest.mark.parametrize("step", [1, 65_535, 65_536, 100_000])
def test_a_long_file_in_no_order(step: int) -> None:
    """Longer than the blocks in which texts are hashed; the first and the last third are the same numbers."""
    numbers = [str(number * 7919 % 100_003) for number in range(100_000)]
    texts = [*numbers, *(f"another kind of number {number}" for number in numbers[:50_000]), *numbers[::step]]
    assert found_in(cut(texts, [120_000])) == naive(texts)
