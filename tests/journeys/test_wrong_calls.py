"""A wrong input or call ends with exit status 2 and one line that says what to do (contracts.md, exit status)."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.journeys.conftest import AS_OF, Compared, Office

CALLS = {
    "no command": ([], "Missing command. See anling --help."),
    "unknown command": (["certify"], "No such command 'certify'."),
    "missing option": (["compare", "--roster", "r.csv"], "Missing option '--feeds'. See anling compare --help."),
    "no such day": (["synth", "--out", "x", "--as-of", "2026-02-30"], "'2026-02-30' is not a day of the calendar"),
    "a day in words": (["synth", "--out", "x", "--as-of", "tomorrow"], "write it as 2026-06-30"),
    "no people": (["synth", "--people", "0", "--out", "x"], "Invalid value for '--people'"),
    "no run": (["explain", "--run", "nowhere", "1"], "nowhere: there is no run.json"),
    "no truth": (["score", "--truth", "nothing.parquet", "--run", "nowhere"], "nothing.parquet does not exist"),
    "no policy": (["policy", "check", "nowhere"], "nowhere: there is no such policy directory"),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_call_is_one_line(office: Office, call: str) -> None:
    arguments, sentence = CALLS[call]
    refused = office.anling(*arguments)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert sentence in refused.stderr


CHANGES: dict[str, tuple[dict[str, str], str]] = {
    "roster": ({"roster": "nowhere.csv"}, "nowhere.csv"),
    "feeds": ({"feeds": "nowhere"}, "nowhere"),
    "engine": ({"engine": "hadoop"}, "Invalid value for '--engine'"),
    "master": ({"engine": "spark", "master": "nowhere"}, "that is no master; write local[2], spark://HOST:PORT"),
    "silent master": ({"engine": "spark", "master": "spark://127.0.0.1:9"}, "nobody answers there; start the master"),
    "master of none": ({"master": "local[2]"}, "--master is for --engine spark; add that or leave --master out."),
    "memory": ({"memory-limit": "much"}, "'much' is not a size; write a number and a unit, such as 4GB"),
    "threads": ({"threads": "0"}, "Invalid value for '--threads'"),
    "share": ({"max-rejected": "120%"}, "'120%' is not a share; write 0.05 or 5%"),
    "day": ({"as-of": "30.6.2026"}, "'30.6.2026' is not a day"),
    "early": ({"as-of": "2010-01-01"}, "ask for a day from 2019-04-02 on"),
    "policy": ({"policy": "nowhere"}, "there is no such policy directory"),
    "format": ({"format": "pdf"}, "Invalid value for '--format'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_wrong_comparison_says_why_and_leaves_nothing(office: Office, tmp_path: Path, change: str) -> None:
    changes, sentence = CHANGES[change]
    refused = office.anling(*office.compare_arguments(tmp_path / "run", **changes), "--json")
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert sentence in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_result_is_not_replaced(office: Office, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("keep me")
    refused = office.anling(*office.compare_arguments(tmp_path / "letters"))
    assert refused.returncode == 2
    assert "this is not the result of a run, so it is not replaced; name another --out" in refused.stderr
    assert (tmp_path / "letters" / "a.txt").read_text() == "keep me"


def test_an_unknown_person_is_a_wrong_call(office: Office, compared: Compared) -> None:
    refused = office.anling("explain", "--run", compared.out, "nobody")
    assert refused.returncode == 2
    assert refused.stderr.startswith("PERSON_NO nobody: ")
    assert "not on the roster of this run; check the number" in refused.stderr


def test_a_refused_batch_is_named_and_the_status_is_3(office: Office, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    (feeds / "civil_marriage").mkdir(parents=True)
    for suffix in ("json", "parquet"):
        name = f"2026-01.{suffix}"
        shutil.copy(office.province / "feeds" / "civil_marriage" / name, feeds / "civil_marriage" / name)
    manifest = feeds / "civil_marriage" / "2026-01.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"sha256": "0" * 64}))
    arguments = office.compare_arguments(tmp_path / "run", feeds=feeds)
    finished = office.anling(*arguments)
    assert finished.returncode == 3
    assert "Batches refused: 1" in finished.stdout
    assert "civil_marriage/2026-01.parquet" in finished.stdout
    strict = office.anling(*arguments, "--strict")
    assert strict.returncode == 2
    assert "The run stops because of --strict." in strict.stderr


def test_an_unexpected_failure_is_one_sentence_without_a_trace_or_a_name(
    office: Office, compared: Compared, tmp_path: Path
) -> None:
    broken = tmp_path / "run"
    shutil.copytree(compared.out, broken)
    (broken / "decisions.parquet").write_bytes(b"PAR1 \xe7\x8e\x8b\xe5\x9b\xbd\xe5\x8d\x8e 440106195003150011 PAR1")
    person_no = pq.read_table(compared.out / "decisions.parquet")["person_no"][0].as_py()
    failed = office.anling("explain", "--run", broken, person_no)
    assert failed.returncode == 1
    assert len(failed.stderr.splitlines()) == 1
    assert "Traceback" not in failed.stderr
    traced = office.anling("explain", "--run", broken, person_no, ANLING_DEBUG="1")
    assert "Traceback" in traced.stderr
    assert person_no not in traced.stderr


def test_the_policy_can_be_checked(office: Office, tmp_path: Path) -> None:
    assert "The policy is right." in office.anling("policy", "check").stdout
    (tmp_path / "decision.yaml").write_text("decision:\n  window_months: soon\n")
    refused = office.anling("policy", "check", tmp_path)
    assert refused.returncode == 2
    assert "decision.yaml:1: the key `health` is missing" in refused.stderr


def test_help_and_version_are_there(office: Office) -> None:
    for command in ("compare", "explain", "synth", "score", "policy"):
        helped = office.anling(command, "--help")
        assert helped.returncode == 0
        assert helped.stdout.startswith(f"Usage: anling {command}")
    assert office.anling("--version").stdout.startswith("anling ")
    assert AS_OF in office.anling("synth", "--help").stdout
