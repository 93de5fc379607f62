"""Whole columns of names: the fast way says of every name what `rules` says of it (domain.md, section 3)."""

import random
import subprocess
from pathlib import Path

import opencc
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anling.matching.normalise.names import HAN_BLOCK, PHRASE_CHARACTERS, Names, name_hash, plain_names
from anling.matching.normalise.texts import Texts
from anling.rules.names import has_wildcard, match_key, simplified
from tests.intake.cut_out import column, columns, hidden

SURNAMES = "李王张刘陈沈欧藉后干于"
SIGNS = "·•.-？?〇*〇 　李李陳龍龙·ａA\u3400\U00020000\ue000é"
CHARACTERS = [chr(point) for point in (*range(0x2E80, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x32400))]


def plain(names: list[str]) -> set[str]:
    """Those that need no rule."""
    found = plain_names(Texts.of(column(names))).tolist()
    return {name for name, is_plain in zip(names, found, strict=True) if is_plain}


@pytest.fixture(scope="module")
def plain_characters() -> set[str]:
    return plain([*CHARACTERS, *map(chr, range(0x2E80))])


def test_names() -> None:
    chance = random.Random(7)
    names = {"", " ", "买买提·吐尔逊", "买买提.吐尔逊", "沈重", "陳大文", "John  Smith", "王?", "王？芳", "李 明"}
    names |= {"".join(chance.choice(SURNAMES + SIGNS) for _ in range(chance.randrange(1, 6))) for _ in range(5_000)}
    written = sorted(names)
    read = Names.read(column(written))
    keys = dict(zip(read.odd.tolist(), read.odd_keys.to_pylist(), strict=True))
    assert 0 < len(keys) < len(written)
    assert keys == {place: match_key(written[place]) for place in keys}
    for name in (name for place, name in enumerate(written) if place not in keys):
        assert name == match_key(name) == simplified(name)
        assert not has_wildcard(name)


def test_a_hash_is_that_of_the_match_key_alone() -> None:
    chance = random.Random(8)
    names = ["".join(chance.choices(SURNAMES + SIGNS, k=chance.randrange(5))) for _ in range(5_000)]
    keys = [match_key(name) for name in names]
    hashes = Names.read(column(names)).hashes.tolist()
    assert hashes == [name_hash(key) for key in keys]
    assert [found == 0 for found in hashes] == [key == "" for key in keys]
    assert len({*zip(keys, hashes, strict=True)}) == len({*keys}) == len({*hashes})
    assert min(hashes) == 0


def test_plain_characters_are_what_no_rule_changes(plain_characters: set[str]) -> None:
    unchanged = {one for one in map(chr, HAN_BLOCK) if match_key(one) == simplified(one) == one}
    assert plain_characters == unchanged - set(PHRASE_CHARACTERS)
    assert len(plain_characters) > 17_000


def test_no_phrase_of_plain_characters_is_changed(tmp_path: Path) -> None:
    data = Path(opencc.__file__).parent / "clib"
    dump = tmp_path / "phrases.txt"
    source = data / "share" / "opencc" / "TSPhrases.ocd2"
    command: list[str | Path] = [data / "bin" / "opencc_dict", "-i", source, "-f", "ocd2"]
    subprocess.run([*command, "-t", "text", "-o", dump], check=True, capture_output=True)
    phrases = [line.split("\t")[0] for line in dump.read_text(encoding="utf-8").splitlines() if line]
    assert len(phrases) > 400
    assert [phrase for phrase in plain(phrases) if simplified(phrase) != phrase] == []


@given(columns(st.text(f"{SURNAMES}{SIGNS}{SURNAMES}", max_size=5)))
@example(column(["", "李", None, "陳", "", "王", ""]))
@example(hidden(["李明", "陳", "王芳", "?"], [True, False, True, False]))
def test_a_name_is_plain_where_all_its_characters_are(plain_characters: set[str], texts: pa.Array) -> None:
    names = texts.to_pylist()
    expected = [bool(name) and plain_characters.issuperset(name) for name in names]
    assert plain_names(Texts.of(texts)).tolist() == expected
    read = Names.read(texts)
    assert read.odd.tolist() == [place for place, is_plain in enumerate(expected) if not is_plain]
    assert read.odd_keys.to_pylist() == [match_key(names[place] or "") for place in read.odd]
    assert read.hashes.tolist() == [name_hash(match_key(name or "")) for name in names]
