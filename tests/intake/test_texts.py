"""A column of texts as numbers: words, hashes that depend on the text alone, and what is picked for some rows."""

import random
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anling.matching.normalise import NORMALISER
from anling.matching.normalise.texts import Texts, hash_of, hashes_of, picked
from tests.intake.cut_out import column, columns, hidden


def word(text: str | None, at: int) -> int:
    return int.from_bytes((text or "").encode()[at : at + 8], "little")


@given(columns(), st.sampled_from((0, 3, 8, 10, 16, 24)))
@example(column(["a"]), 0)
@example(hidden(["李明", "王芳芳芳芳", "陈"], [True, False, True]), 8)
def test_words_are_the_bytes_of_each_text(texts: pa.Array, at: int) -> None:
    assert Texts.of(texts).words(at).tolist() == [word(text, at) for text in texts.to_pylist()]


@given(columns(st.text(min_size=18, max_size=20)), st.integers(0, 10))
def test_inner_words_are_the_same_where_every_text_has_them(texts: pa.Array, at: int) -> None:
    whole = texts.drop_null()
    assert Texts.of(whole).inner_words(at).tolist() == [word(text, at) for text in whole.to_pylist()]


@given(columns())
@example(column(["李明", "李明明"]))
@example(column(["李明", "a text of more than sixteen bytes"]))
@example(column(["", None, "a text of more than sixteen bytes"]))
def test_the_hash_of_a_text_is_the_same_whatever_stands_beside_it(texts: pa.Array) -> None:
    alone = [int(Texts.of(column([text or ""])).hashes()[0]) for text in texts.to_pylist()]
    assert Texts.of(texts).hashes().tolist() == alone
    assert [hash_of(text or "") for text in texts.to_pylist()] == alone


def test_the_hash_of_a_text_is_the_same_wherever_it_stands_in_a_long_column() -> None:
    short, long = ["1", "李明", "12345678"], ["440106194001010011", "a number of more than sixteen bytes"]
    whole = [*short * 50_000, *long * 30_000, *short]
    alone = {text: hash_of(text) for text in {*short, *long}}
    assert hashes_of(whole).tolist() == [alone[text] for text in whole]


def test_every_byte_of_a_text_counts() -> None:
    chance = random.Random(3)
    texts = {"0" * length for length in range(1, 40)}
    texts |= {"0" * at + other + "0" * (39 - at) for at, other in product(range(40), "1aX")}
    texts |= {f"{chance.randrange(10**17):017d}X" for _ in range(30_000)}
    assert len({*hashes_of(sorted(texts)).tolist()}) == len(texts)


def test_hashes_are_kept_in_files() -> None:
    """Other hashes are another normaliser: a store of the old one must not be read with them."""
    kept = [hash_of("李明"), hash_of("440106194001010011"), hash_of("a record's number of more than sixteen bytes")]
    assert (NORMALISER, kept) == ("4", [17259295974684209179, 204584226870102036, 829636576154366876])


@given(st.data())
def test_picked_are_the_values_of_the_odd_rows(data: st.DataObject) -> None:
    length = data.draw(st.integers(0, 30))
    odd = sorted(data.draw(st.sets(st.integers(0, length - 1)))) if length else []
    values = data.draw(st.lists(st.text(max_size=3) | st.none(), min_size=len(odd), max_size=len(odd)))
    places = data.draw(st.lists(st.integers(0, length - 1))) if length else []
    found = picked(length, np.array(odd, np.intp), column(values), np.array(places, np.intp))
    of_odd = dict(zip(odd, values, strict=True))
    assert found.to_pylist() == [of_odd.get(place) for place in places]


@pytest.mark.parametrize("none", [[], [None], ["", None]])
def test_columns_without_any_text(none: list[str | None]) -> None:
    assert Texts.of(column(none)).lengths.tolist() == [0] * len(none)
    assert Texts.of(column(none)).hashes().tolist() == [hash_of("")] * len(none)
    assert Texts.of(column(["x", *none]).slice(1)).words(0).tolist() == [0] * len(none)
