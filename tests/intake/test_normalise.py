"""The fast way of the engine says of every text what `rules` says of it (domain.md, section 3)."""

import random
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import opencc
import pyarrow as pa
import pytest

from anling.engines.duckdb.functions import bind_normalisation, packed_key
from anling.engines.duckdb.session import Session
from anling.matching import normalise as n
from anling.matching.tied_text import numbered, tied
from anling.rules.names import has_wildcard, match_key, simplified
from anling.rules.numbers import canonical, check_character, passes_check

ODD_NUMBERS = (
    *(
        "",
        " ",
        "0",
        "x",
        "1e16",
        "12345678901234e03X",
        "12345678901234e033",
        "1.234567890123e16X",
        "1234567890e0000004",
    ),
    *("+1234567890123456X", "-12345678901234567", "0x123456789012345X", "12345678_01234567X", "1234567890123456.X"),
    *(
        " 4401061940010100X",
        "44010619400101001x",
        "４４０１０６１９４００１０１００１Ｘ",
        "440106400101001",
        "身份证号码无",
    ),
    *("440106194001010019 ", "000000194001010015", "A1234567", "H08012345600", "999999999999999999", "９" * 18),
    *("44010619400230001X", "1709992002052340e4X"),
)
SURNAMES = "李王张刘陈沈欧藉后干于"
SIGNS = "·•.-？?〇*〇 　李李陳龍龙·ａA\u3400\U00020000\ue000é"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(memory_limit="500MB", threads=1) as session:
        bind_normalisation(session)
        yield session


def mutated(chance: random.Random) -> str:
    """A number that passes its check, most often changed a little."""
    born = date(1900, 1, 1).toordinal() + chance.randrange(40_000)
    first17 = f"{chance.randrange(1, 10**6):06d}{date.fromordinal(born):%Y%m%d}{chance.randrange(1000):03d}"
    text = first17 + check_character(first17)
    place, kind = chance.randrange(18), chance.randrange(8)
    if kind == 0:
        return text[:place] + chance.choice("0123456789XxeE+-._ Ａ９") + text[place + 1 :]
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


def test_numbers(session: Session) -> None:
    chance = random.Random(20240725)
    some = [mutated(chance) for _ in range(20_000)]
    texts = sorted({*ODD_NUMBERS, *some, *map(with_right_check, some)})
    session.register("texts", pa.table({"id_number": texts, "name": ["李明"] * len(texts)}))
    plain = dict(session.rows(f"SELECT id_number, key0 FROM ({numbered('SELECT * FROM texts')})"))
    whole = dict(session.rows(f"SELECT id_number, key FROM ({tied(numbered('SELECT * FROM texts'))})"))
    back = session.rows(f"SELECT {n.canonical_text('key')}, key FROM (SELECT unnest(?::BIGINT[]) AS key)", [
        [key for key in plain.values() if key is not None]
    ])  # fmt: skip
    passing = {text for text in texts if passes_check(text) and text[0] != "0"}
    assert {text for text, key in plain.items() if key is not None} == passing
    assert len(passing) > 10_000
    for text in texts:
        expected = packed_key(canonical(text))
        key = whole[text]
        assert (key == expected) if expected else (key is None) == (canonical(text) == "")
        assert expected or key is None or key < 0
    assert dict(back) == {text: plain[text] for text in passing}


def test_equal_canonical_texts_have_one_key(session: Session) -> None:
    groups = [["A1234567", "ａ1234567", " a 1234567"], ["440106194001010019 ", "４40106194001010019"]]
    texts = [text for group in groups for text in group]
    session.register("texts", pa.table({"id_number": texts, "name": [""] * len(texts)}))
    keys = dict(session.rows(f"SELECT id_number, key FROM ({tied(numbered('SELECT * FROM texts'))})"))
    assert [len({keys[text] for text in group}) for group in groups] == [1, 1]


def test_names(session: Session) -> None:
    chance = random.Random(7)
    names = {"", " ", "买买提·吐尔逊", "买买提.吐尔逊", "沈重", "陳大文", "John  Smith", "王?", "王？芳", "李 明"}
    names |= {"".join(chance.choice(SURNAMES + SIGNS) for _ in range(chance.randrange(1, 6))) for _ in range(5_000)}
    session.register("texts", pa.table({"id_number": [""] * len(names), "name": sorted(names)}))
    read = session.rows(f"SELECT name, name_h, odd_name FROM ({tied(numbered('SELECT * FROM texts'))})")
    assert {name for name, _, odd in read if odd is None}
    for name, name_h, odd in read:
        key = match_key(name)
        assert name_h == _hash(session, key)
        assert odd == key if odd is not None else name == key == simplified(key)
        assert not (odd is None and has_wildcard(key))


def test_plain_names_are_what_no_rule_changes(session: Session) -> None:
    characters = [chr(point) for point in (*range(0x2E80, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x32400))]
    session.register("texts", pa.table({"name": characters}))
    plain = {name for (name,) in session.rows(f"SELECT name FROM texts WHERE {n.is_plain_name('name')}")}
    unchanged = {one for one in map(chr, n.HAN_BLOCK) if match_key(one) == simplified(one) == one}
    assert plain == unchanged - set(n.PHRASE_CHARACTERS)
    assert len(plain) > 17_000


def test_no_phrase_of_plain_characters_is_changed(session: Session, tmp_path: Path) -> None:
    data = Path(opencc.__file__).parent / "clib"
    dump = tmp_path / "phrases.txt"
    source = data / "share" / "opencc" / "TSPhrases.ocd2"
    command: list[str | Path] = [data / "bin" / "opencc_dict", "-i", source, "-f", "ocd2"]
    subprocess.run([*command, "-t", "text", "-o", dump], check=True, capture_output=True)
    phrases = [line.split("\t")[0] for line in dump.read_text(encoding="utf-8").splitlines() if line]
    assert len(phrases) > 400
    session.register("texts", pa.table({"name": phrases}))
    plain = {name for (name,) in session.rows(f"SELECT name FROM texts WHERE {n.is_plain_name('name')}")}
    assert [phrase for phrase in plain if simplified(phrase) != phrase] == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("2024/3/5", date(2024, 3, 5)),
        ("2024/03/05", date(2024, 3, 5)),
        ("2024-02-29", date(2024, 2, 29)),
        (" 2024-03-05", date(2024, 3, 5)),
        ("2024-03-05T23:59:59", date(2024, 3, 5)),
        ("2024-03-05 08:00:00.123", date(2024, 3, 5)),
        *((wrong, None) for wrong in (
            "", "2023-02-29", "20230229", "2023/2/29", "24-03-05", "05/03/2024", "5/3/24", "3/5/2024", "2024-3-5",
            "2024-13-01", "2024.03.05", "infinity", "epoch", "45356", "2024-03", "202403", "20240305x", "0000-01-01",
            "2024年3月5日", "2024-03-05 BC", "2024-03-05 (BC)", "2024-03-05T25", "today",
        )),
    ],
)  # fmt: skip
def test_days(session: Session, written: str, expected: date | None) -> None:
    assert session.row(f"SELECT {n.day('x')} FROM (SELECT ? AS x)", [written]) == (expected,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03", 2024 * 12 + 2),
        ("202412", 2024 * 12 + 11),
        *((wrong, None) for wrong in ("", "2024-13", "202400", "2024-3", "24-03", "2024/03", "2024-03-05", "20240305")),
    ],
)
def test_months(session: Session, written: str, expected: int | None) -> None:
    assert session.row(f"SELECT {n.month('x')} FROM (SELECT ? AS x)", [written]) == (expected,)


def _hash(session: Session, key: str) -> int:
    return int(session.row("SELECT CASE WHEN ? = '' THEN 0 ELSE (hash(?::VARCHAR) >> 1)::BIGINT END", [key, key])[0])
