"""synth.json tells how the province was made: every rate with its source, every trap counted, every exclusion."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from anling.synthesis import DEFAULT_AS_OF, Summary, generate
from anling.synthesis.traps import EXCLUDED, TRAPS
from tests.synthesis.conftest import PEOPLE, SEED


def test_every_rate_and_every_trap_names_its_source(folder: Path, province: Summary) -> None:
    told = json.loads((folder / "synth.json").read_text(encoding="utf-8"))
    assert (told["seed"], told["people"], told["as_of"]) == (SEED, PEOPLE, DEFAULT_AS_OF.isoformat())
    assert all(each["source"] for each in (*told["rates"].values(), *told["feeds"].values(), *told["traps"].values()))
    assert {name: each["people"] for name, each in told["traps"].items()} == province.traps
    assert [each["what"] for each in told["excluded"]] == [what for what, _, _ in EXCLUDED]


def test_every_trap_is_planted_in_a_province_of_this_size(province: Summary) -> None:
    expected = {trap.name for trap in TRAPS if trap.share * PEOPLE > 2 and trap.group == "living"}
    assert {name for name in expected if not province.traps[name]} == set()
    assert all(province.traps[trap.name] for trap in TRAPS if trap.group == "dead" and trap.share >= 0.01)


def test_the_summary_counts_what_lies_in_the_files(folder: Path, province: Summary) -> None:
    for feed, rows in province.feed_rows.items():
        files = (folder / "feeds" / feed).glob("*.parquet")
        assert rows == sum(pq.read_metadata(path).num_rows for path in files), feed
    truth = pq.read_table(folder / "truth.parquet", columns=["alive"])["alive"].to_pylist()
    assert (len(truth), truth.count(False)) == (province.people, province.deaths)


def test_progress_runs_from_nothing_to_everyone(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(300, 1, tmp_path / "province", progress=lambda *step: told.append(step))
    assert told == [("people", 0, 300), ("people", 300, 300)]


def test_what_an_earlier_interrupted_call_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".province.partial-0" / "feeds").mkdir(parents=True)
    generate(300, 1, tmp_path / "province")
    assert [path.name for path in tmp_path.iterdir()] == ["province"]
