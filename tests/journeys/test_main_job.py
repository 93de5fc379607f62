"""From files to explained lists through the real command: synth, compare, score, explain (issue A)."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anling.comparison.explain import explain, open_run, tell
from anling.comparison.explain.explaining import account
from anling.comparison.explain.material import fetch
from anling.comparison.phrases import LISTS
from anling.policy import load
from anling.rules.evidence import ListName
from tests.journeys.conftest import AS_OF, Compared, Office


def test_synth_says_what_it_made_and_again_makes_the_same(office: Office, tmp_path: Path) -> None:
    made = office.anling("synth", "--people", 2000, "--seed", 4, "--out", tmp_path / "again", "--json")
    assert made.returncode == 0
    assert made.stderr == ""
    assert json.loads(made.stdout)["people"] == 2000
    first = office.province / "roster.parquet"
    assert (tmp_path / "again" / "roster.parquet").read_bytes() == first.read_bytes()


def test_compare_tells_lists_sources_files_and_cost(compared: Compared) -> None:
    told = compared.finished.stdout
    assert compared.finished.returncode == 0, compared.finished.stderr
    assert all(words in told for words in ("具备资格", "entitlement lost (proposed)", "待核实", "no evidence"))
    assert "Sources not healthy" in told
    assert str(compared.out) in told
    assert f"{sum(compared.report['counts']['lists'].values()):,}" in told


def test_progress_is_plain_lines_where_nobody_watches(compared: Compared) -> None:
    stages = [line.split(" (")[0] for line in compared.finished.stderr.splitlines()]
    assert stages[0] == "roster.parquet"
    assert stages[-2:] == ["decide", "lists"]
    assert len(stages) == len(set(stages)) == 23


def test_json_is_one_document_without_progress_and_the_same_result(
    office: Office, compared: Compared, tmp_path: Path
) -> None:
    again = office.anling(*office.compare_arguments(tmp_path / "run"), "--json")
    assert again.returncode == 0
    assert again.stderr == ""
    report = json.loads(again.stdout)
    assert report["out"] == str(tmp_path / "run")
    assert report["counts"] == compared.report["counts"]
    assert report["roster"]["reused"]
    for name in ("decisions.parquet", "evidence.parquet"):
        assert pq.read_table(tmp_path / "run" / name).equals(pq.read_table(compared.out / name))


def test_score_holds_the_run_against_the_truth(office: Office, compared: Compared) -> None:
    truth = office.province / "truth.parquet"
    table = office.anling("score", "--truth", truth, "--run", compared.out)
    assert table.returncode == 0
    assert "在世者被判丧失" in table.stdout
    score = json.loads(office.anling("score", "--truth", truth, "--run", compared.out, "--json").stdout)
    assert score["total"]["living_lost"] == 0
    assert score["as_of"] == AS_OF


def people_by(compared: Compared, office: Office) -> dict[str, str]:
    """One person number for each list and each trap of the province."""
    decisions = pq.read_table(compared.out / "decisions.parquet", columns=["person_no", "list"]).to_pylist()
    truth = pq.read_table(office.province / "truth.parquet", columns=["person_no", "trap"]).to_pylist()
    known = {row["person_no"] for row in decisions}
    listed = {row["list"]: row["person_no"] for row in decisions}
    return listed | {row["trap"]: row["person_no"] for row in truth if row["trap"] and row["person_no"] in known}


@pytest.mark.parametrize("list_name", ListName)
def test_a_person_of_each_list_is_explained(office: Office, compared: Compared, list_name: ListName) -> None:
    explained = office.anling("explain", "--run", compared.out, people_by(compared, office)[list_name])
    assert explained.returncode == 0
    assert "与存档的结论一致" in explained.stdout
    assert "equal to the stored decision" in explained.stdout
    assert f"): {LISTS[list_name].en}" in explained.stdout


def test_a_person_of_each_trap_is_explained(office: Office, compared: Compared) -> None:
    traps = {name: number for name, number in people_by(compared, office).items() if name not in set(ListName)}
    run = open_run(compared.out, load())
    assert len(traps) > 8
    for name, person_no in traps.items():
        explanation = explain(run, person_no)
        assert explanation.agrees, name
        assert "equal to the stored decision" in tell(explanation)[-1].en, name


def test_every_replay_equals_the_stored_decision(compared: Compared) -> None:
    run = open_run(compared.out, load())
    accounts = [account(run, material) for material in fetch(run, None)]
    faults = [fault for person in accounts for benefit in person.benefits for fault in benefit.faults]
    assert faults == []
    assert len(accounts) == 2000


@pytest.mark.parametrize(("language", "has_chinese", "has_english"), [("zh", True, False), ("en", False, True)])
def test_explain_speaks_the_language_asked_for(
    office: Office, compared: Compared, language: str, has_chinese: bool, has_english: bool
) -> None:
    person_no = people_by(compared, office)["eligible"]
    told = office.anling("explain", "--run", compared.out, person_no, "--language", language).stdout
    assert ("具备领取资格" in told) == has_chinese
    assert ("Deciding records" in told) == has_english


def test_names_and_numbers_are_masked_unless_asked_for(office: Office, compared: Compared) -> None:
    person_no = people_by(compared, office)["lost"]
    roster = pq.read_table(office.province / "roster.parquet").to_pylist()
    (row, *_) = [row for row in roster if row["person_no"] == person_no]
    masked = office.anling("explain", "--run", compared.out, person_no).stdout
    assert row["id_number"] not in masked
    assert row["name"] not in masked
    tree = json.loads(office.anling("explain", "--run", compared.out, person_no, "--json", "--unmask").stdout)
    assert tree["people"][0]["name"] == row["name"]
    assert tree["replay_equals_stored"]
    assert "lost" in {benefit["list"] for benefit in tree["people"][0]["benefits"]}


def test_the_lists_lie_by_city_in_the_format_asked_for(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert (compared.out / "lists" / "4401-广州市" / "lost.csv").is_file()
    again = office.anling(*office.compare_arguments(tmp_path / "run", format="xlsx"))
    assert again.returncode == 0
    assert (tmp_path / "run" / "lists" / "4401-广州市" / "lost.xlsx").read_bytes().startswith(b"PK")
    assert not list((tmp_path / "run" / "lists").rglob("*.tmp"))


def test_state_lies_in_anling_home(office: Office, compared: Compared) -> None:
    assert compared.out.is_dir()
    assert (office.home / "store" / "roster").is_dir()
