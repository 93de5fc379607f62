"""The same people and seed give the same files; another seed, other people; sizes follow the stated rates."""

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from anling.rules.numbers import IdNumber, IdStatus, IdType, check_character
from anling.synthesis import Summary, generate
from anling.synthesis.departments import FEEDS, Department
from anling.synthesis.numbers import check_characters


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_files_and_another_does_not(tmp_path: Path) -> None:
    first = hashes(generate(3_000, 5, tmp_path / "first").out)
    assert hashes(generate(3_000, 5, tmp_path / "second").out) == first
    other = hashes(generate(3_000, 6, tmp_path / "third").out)
    assert other["roster.parquet"] != first["roster.parquet"]


def test_a_new_province_replaces_the_old_one_whole(tmp_path: Path) -> None:
    generate(500, 1, tmp_path / "province", format="csv")
    generate(500, 1, tmp_path / "province")
    assert not (tmp_path / "province" / "roster.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["province"]


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2026, 3, 1)])
def test_any_as_of_day_will_do(tmp_path: Path, as_of: date) -> None:
    made = generate(1_000, 2, tmp_path / "province", as_of=as_of)
    deaths = [day for day in pq.read_table(made.out / "truth.parquet")["death_date"].to_pylist() if day]
    assert deaths
    assert max(deaths) <= as_of


@pytest.mark.parametrize("department", [each for each in FEEDS if each.per_1000_month >= 3], ids=lambda each: each.feed)
def test_rows_a_month_are_near_what_the_catalogue_expects(province: Summary, department: Department) -> None:
    rate = province.feed_rows[department.feed] / province.people / 13 * 1000
    assert 0.75 < rate / department.per_1000_month < 1.25


def test_check_characters_in_bulk_are_those_of_the_rules() -> None:
    figures = np.random.Generator(np.random.PCG64(1)).integers(0, 10, (500, 17)).astype(np.uint8)
    expected = [check_character("".join(map(str, row))) for row in figures.tolist()]
    assert check_characters(figures).tobytes().decode() == "".join(expected)


def test_no_two_people_hold_one_number_by_chance(folder: Path) -> None:
    truth = pq.read_table(folder / "truth.parquet", columns=["person_no", "trap"]).to_pydict()
    planted = {p for p, trap in zip(*truth.values(), strict=True) if trap in {"shared_number", "double_roster"}}
    roster = pq.read_table(folder / "roster.parquet", columns=["person_no", "id_number", "id_type"]).to_pydict()
    rows = zip(*roster.values(), strict=True)
    numbers = {person: IdNumber.read(number, IdType(kind)) for person, number, kind in rows}
    alone = [number.text for person, number in numbers.items() if person not in planted]
    assert len(alone) == len(set(alone))
    assert any(number.derived for number in numbers.values())
    assert any(number.status is IdStatus.UNCHECKED for number in numbers.values())
