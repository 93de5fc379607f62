"""The province is believable: ages, deaths, cities, names, and people who leave many traces or none."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from anling.rules.names import Agreement, PersonName, agreement
from anling.synthesis import DEFAULT_AS_OF
from anling.synthesis.departments import BY_FEED
from anling.synthesis.mortality import MEN, WOMEN, Gompertz
from anling.synthesis.name_tables import RARE, SURNAMES, TRADITIONAL

Row = dict[str, object]


@pytest.fixture(scope="module")
def roster(folder: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(folder / "roster.parquet").to_pylist()
    return rows


def feed(folder: Path, name: str) -> list[Row]:
    files = sorted((folder / "feeds" / name).glob("*.parquet"))
    return [row for path in files for row in pq.read_table(path).to_pylist()]


def age(row: Row) -> float:
    born = row["birth_date"]
    assert isinstance(born, date)
    return (DEFAULT_AS_OF - born).days / 365.2425


def test_residents_are_sixty_and_more_and_employees_fifty_and_more(roster: list[Row]) -> None:
    known = [row for row in roster if row["birth_date"]]
    assert min(age(row) for row in known if row["scheme"] == "resident") >= 60
    assert 50 <= min(age(row) for row in known if row["scheme"] == "employee") < 51
    assert max(age(row) for row in known) < 117
    assert 0.02 < sum(row["birth_date"] is None for row in roster) / len(roster) < 0.04


@pytest.mark.parametrize(("life", "least", "most"), [(MEN, 18.5, 22.0), (WOMEN, 23.0, 26.5)])
def test_life_expectancy_at_sixty_is_near_the_life_table_of_2020(life: Gompertz, least: float, most: float) -> None:
    months = np.arange(60, 115, 1 / 12)
    alive = np.exp(-np.cumsum(life.hazard(months)) / 12)
    assert least < alive.sum() / 12 < most


def test_the_old_die_more_often(folder: Path) -> None:
    truth = pq.read_table(folder / "truth.parquet", columns=["person_no", "alive"]).to_pydict()
    alive = dict(zip(truth["person_no"], truth["alive"], strict=True))
    rows = [row for row in pq.read_table(folder / "roster.parquet").to_pylist() if row["birth_date"]]
    share = {
        decade: np.mean([not alive[str(row["person_no"])] for row in rows if decade <= age(row) < decade + 10])
        for decade in (60, 70, 80, 90)
    }
    assert share[60] < share[70] < share[80] < share[90]
    assert 0.005 < share[60] < 0.015


def test_large_cities_have_more_recipients(roster: list[Row]) -> None:
    cities = Counter(str(row["region"])[:4] for row in roster)
    assert len(cities) == 21
    assert cities.most_common(1)[0][0] == "4401"
    assert cities["4401"] > 5 * cities["4404"]


@pytest.mark.parametrize("name", ["civil_elderly", "health_visit"])
def test_a_city_without_the_department_sends_no_rows(folder: Path, name: str) -> None:
    cities = Counter(str(row["region"])[:4] for row in feed(folder, name))
    planted = sum(cities.pop(city, 0) for city in BY_FEED[name].without)
    assert len(cities) == 21 - len(BY_FEED[name].without)
    assert planted <= 0.02 * sum(cities.values())


def test_some_leave_a_hundred_traces_and_some_none(folder: Path, roster: list[Row]) -> None:
    traces = Counter(row["id_number"] for name in BY_FEED for row in feed(folder, name))
    seen = [traces[row["id_number"]] for row in roster]
    assert 0.02 < seen.count(0) / len(seen) < 0.15
    assert max(seen) > 60


def test_rare_characters_arrive_whole_or_unreadable_and_still_agree(folder: Path, roster: list[Row]) -> None:
    rare = {str(row["id_number"]): str(row["name"]) for row in roster if set(str(row["name"])) & set(RARE)}
    assert rare
    written = [(rare[str(row["id_number"])], str(row["name"])) for row in feed(folder, "insurance_outpatient")
               if str(row["id_number"]) in rare]  # fmt: skip
    agreements = Counter(agreement(PersonName.read(own), PersonName.read(theirs)) for own, theirs in written)
    assert agreements[Agreement.SAME] > agreements[Agreement.VARIANT] > 0


def test_every_traditional_form_is_a_variant_of_its_simplified_one() -> None:
    for simplified, written in TRADITIONAL.items():
        told = agreement(PersonName.read(simplified + "明"), PersonName.read(written + "明"))
        assert told is (Agreement.SAME if simplified == written else Agreement.VARIANT), simplified
    assert all(share > 0 for share in SURNAMES.values())
