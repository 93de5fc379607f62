"""The bench on a tiny province: its report has what is promised, and what is compared does the same work."""

from collections import Counter
from typing import Any

import pyarrow.parquet as pq
import pytest

from bench.compare import compare
from bench.place import Place, Scale
from bench.table import tables
from bench.things import BY_NAME, THINGS

TINY = Scale("tiny", people=2_000, repeat=1, with_csv=True)
CHOSEN = tuple(thing for thing in THINGS if not thing.on_demand and thing.name not in ("ingest_csv", "ingest_gb18030"))
"""Other forms are as ingest, for longer."""
NAMES = [thing.name for thing in CHOSEN]
COSTS = {"cpu_s", "wall_s", "peak_gb"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("bench") / TINY.name)


@pytest.fixture(scope="module")
def report(place: Place) -> dict[str, Any]:
    return compare(TINY, place, CHOSEN, repeat=1, told=lambda text: None)


def test_the_report_has_the_fields_of_the_contract(report: dict[str, Any]) -> None:
    missing = {name: COSTS - set(report[name]) for name in ("floor", "ingest", "decide", "polars")}
    assert missing == {"floor": set(), "ingest": set(), "decide": set(), "polars": set()}
    assert all(report[name]["cpu_s"] > 0 and report[name]["peak_gb"] > 0.01 for name in NAMES)


def test_ratios_are_cpu_over_the_floors(report: dict[str, Any]) -> None:
    assert set(report["ratios"]) == set(NAMES)
    assert report["ratios"]["floor"] == 1
    expected = report["decide"]["cpu_s"] / report["floor"]["cpu_s"]
    assert report["ratios"]["decide"] == pytest.approx(expected, abs=0.01)


def test_ours_and_the_peer_find_the_same_people_in_the_same_months(report: dict[str, Any]) -> None:
    ours = report["decide_core"]["facts"]
    assert ours["eligible"] > TINY.people / 4
    assert report["polars"]["facts"] == ours
    assert report["polars_raw"]["facts"] == ours


def test_whom_decide_certifies_by_a_strong_sign_the_core_has_seen(report: dict[str, Any], place: Place) -> None:
    strong = {"life_p1", "life_p2"}
    decisions = pq.read_table(place.results / "decide" / "decisions.parquet").to_pylist()
    certified = {row["person_no"] for row in decisions if row["list"] == "eligible" and strong & {*row["reasons"]}}
    core = pq.read_table(place.results / "decide_core.parquet").to_pylist()
    seen = {row["person_no"] for row in core if row["eligible"]}
    # decide also takes variants of a name for life signs, and holds some back that the core does not question
    assert len(certified & seen) > 0.95 * len(seen)
    assert Counter(row["list"] for row in decisions) == report["decide"]["facts"]["lists"]


def test_every_row_is_read_whatever_the_format(report: dict[str, Any]) -> None:
    rows = report["feed_rows"] + report["roster_rows"]
    ours = report["ingest"]["facts"]
    assert ours["feed_rows"] + ours["roster_rows"] == rows
    assert report["csv_read"]["facts"] == report["csv_sniff"]["facts"] == {"rows": rows}


def test_the_parts_of_decide_add_up_to_it(report: dict[str, Any]) -> None:
    assert sum(report["explanation"].values()) == pytest.approx(report["decide"]["cpu_s"], abs=0.01)


def test_the_table_shows_every_thing_and_every_bar(report: dict[str, Any]) -> None:
    text = tables(report, [], markdown=True)
    assert [name for name in NAMES if f"| {name} |" not in text] == []
    assert [bar["what"] for bar in report["bars"] if bar["what"] not in text] == []


@pytest.mark.long
def test_the_command_is_measured_on_both_engines(place: Place) -> None:
    names = ["first_run", "first_run_spark", "run", "run_spark"]
    measured = compare(TINY, place, [BY_NAME[name] for name in names], repeat=1, told=lambda text: None)
    facts = {name: measured[name]["facts"] for name in names}
    assert [facts[name]["counts"] for name in names] == [facts["run"]["counts"]] * len(names)
    assert {name: facts[name]["disowned_cpu_s"] > 0 for name in names} == {
        name: name.endswith("spark") for name in names
    }
    assert {bar["what"] for bar in measured["bars"]} == {
        "first_run_spark, CPU over first_run's",
        "run_spark, CPU over run's",
    }
