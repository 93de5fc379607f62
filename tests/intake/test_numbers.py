"""Whole columns of numbers: the fast way says of every number what `rules` says of it (domain.md, section 3)."""

import random
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anling.matching.normalise.numbers import CHECK_RADIX, NO_KEY, Numbers, packed_key, plain_keys
from anling.matching.normalise.texts import Texts
from anling.rules.numbers import CHECK_CHARACTERS, IdStatus, canonical, check_character, passes_check, read_untyped
from tests.intake.cut_out import column, columns
from tests.intake.given import LI, WANG

ODD_NUMBERS = (
    *("", " ", "0", "x", "1e16", "12345678901234e03X", "12345678901234e033", "1.234567890123e16X"),
    *("1234567890e0000004", "+1234567890123456X", "-12345678901234567", "0x123456789012345X", "12345678_01234567X"),
    *("1234567890123456.X", " 4401061940010100X", "44010619400101001x", "４４０１０６１９４００１０１００１Ｘ"),
    *("440106400101001", "身份证号码无", "440106194001010019 ", "000000194001010015", "A1234567", "H08012345600"),
    *("999999999999999999", "９" * 18, "44010619400230001X", "1709992002052340e4X", "号" * 6, "\0" * 18, "０" * 6),
)
SPELLINGS = st.sampled_from((*ODD_NUMBERS, LI, LI.lower(), WANG, f" {WANG}", LI[:6] + LI[8:17], f"{LI[:17]}¹"))


def mutated(chance: random.Random) -> str:
    """A number that passes its check, most often changed a little."""
    born = date(1900, 1, 1).toordinal() + chance.randrange(40_000)
    first17 = f"{chance.randrange(1, 10**6):06d}{date.fromordinal(born):%Y%m%d}{chance.randrange(1000):03d}"
    text = first17 + check_character(first17)
    place, kind = chance.randrange(18), chance.randrange(8)
    if kind == 0:
        return text[:place] + chance.choice("0123456789XxeE+-._ Ａ９/:;?@pJ\x10") + text[place + 1 :]
    if kind == 1:
        return text[:10] + f"{chance.randrange(14):02d}{chance.randrange(33):02d}" + text[14:]
    if kind == 2:
        return text[:6] + text[8:17]
    if kind == 3:
        return text[:6] + f"{chance.choice((1800, 1849, 1850, 1904, 1900, 2000, 2100, 2101))}0229" + text[14:]
    return text


def with_right_check(text: str) -> str:
    """The same with the check character that belongs to it, where there is one: then only the date can be wrong."""
    first17 = text[:17]
    plain = len(text) == 18 and first17.isascii() and first17.isdigit()
    return first17 + check_character(first17) if plain else text


def written_out(key: int) -> str:
    """The number that a key above zero stands for."""
    return f"{key // CHECK_RADIX:017d}{CHECK_CHARACTERS[key % CHECK_RADIX]}"


@pytest.fixture(scope="module")
def many() -> list[str]:
    """Numbers of every kind in no order, more than are looked at together."""
    chance = random.Random(20240725)
    some = [mutated(chance) for _ in range(20_000)]
    texts = [*ODD_NUMBERS, *some, *map(with_right_check, some)]
    chance.shuffle(texts)
    return texts * 2


def test_plain_is_what_passes_its_check_as_it_stands(many: Sequence[str]) -> None:
    keys, plain = plain_keys(Texts.of(column(many)))
    passing = [passes_check(text) for text in many]
    assert sum(passing) > 40_000
    assert plain.tolist() == passing
    stated = [written_out(key) for key, passes in zip(keys.tolist(), passing, strict=True) if passes]
    assert stated == [text for text, passes in zip(many, passing, strict=True) if passes]


def test_the_key_of_a_number_is_that_of_its_canonical_text(many: Sequence[str]) -> None:
    keys = Numbers.read(column(many)).keys.tolist()
    texts = [canonical(text) for text in many]
    for text, key in zip(texts, keys, strict=True):
        packed = packed_key(text)
        assert key == packed if packed is not None else key < 0
        assert (key == NO_KEY) == (text == "")
    assert len({*zip(texts, keys, strict=True)}) == len({*texts}) == len({*keys})


def test_a_packed_key_says_the_whole_number(many: Sequence[str]) -> None:
    texts = {canonical(text) for text in many}
    packed = {text: written_out(key) for text in texts if (key := packed_key(text)) is not None}
    assert packed == {text: text for text in texts if passes_check(text)}


def test_equal_canonical_texts_have_one_key() -> None:
    groups = [["A1234567", "ａ1234567", " a 1234567"], ["440106194001010019 ", "４40106194001010019"]]
    texts = [text for group in groups for text in group]
    keys = dict(zip(texts, Numbers.read(column(texts)).keys.tolist(), strict=True))
    assert [len({keys[text] for text in group}) for group in groups] == [1, 1]
    assert len({*keys.values()}) == 2


@given(columns(SPELLINGS))
def test_numbers_that_are_not_plain_keep_what_the_rules_make_of_them(texts: pa.Array) -> None:
    """Missing ones count as empty; and where no document type is known, some should pass a check and fail it."""
    numbers, written = Numbers.read(texts), [text or "" for text in texts.to_pylist()]
    odd = [place for place, text in enumerate(written) if not passes_check(text)]
    assert numbers.odd.tolist() == odd
    assert numbers.odd_texts.to_pylist() == [canonical(written[place]) for place in odd]
    assert numbers.failing.tolist() == [read_untyped(written[place]).status is IdStatus.INVALID for place in odd]
    alone = [Numbers.read(column([text])).keys[0] for text in written]
    assert numbers.keys.tolist() == alone
