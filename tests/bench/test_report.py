"""Ratios, bars and growth from given figures, and what a wrong call is told."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from anling.matching.steps import once, per_slice
from bench.explanation import GROUPS, START, by_group
from bench.place import ROOT
from bench.process import ProcessError, measure
from bench.report import bars, growth, ratios


def _report(scale: str, feed_rows: int, **cpu: float) -> dict[str, Any]:
    costs = {name: {"cpu_s": cpu_s, "wall_s": cpu_s, "peak_gb": 1.0} for name, cpu_s in cpu.items()}
    return {"scale": scale, "feed_rows": feed_rows, **costs}


def _met(report: dict[str, Any]) -> dict[str, bool]:
    return {bar["what"]: bar["met"] for bar in bars(report)}


def test_ratios_need_a_floor() -> None:
    assert ratios(_report("S", 10, decide=3.0)) == {}
    assert ratios(_report("S", 10, floor=2.0, decide=3.0)) == {"floor": 1.0, "decide": 1.5}


def test_a_bar_is_met_up_to_its_limit_and_not_beyond() -> None:
    assert _met(_report("S", 10, floor=1.0, decide=2.0))["decide, CPU over the floor's"]
    assert not _met(_report("S", 10, floor=1.0, decide=2.01))["decide, CPU over the floor's"]


def test_the_peer_is_held_against_the_same_core() -> None:
    what = "decide_core, CPU over Polars' on the same store"
    assert _met(_report("S", 10, decide_core=2.0, polars=3.0)) == {what: True}
    assert _met(_report("S", 10, decide_core=3.1, polars=3.0)) == {what: False}


def test_spark_is_held_against_duckdb() -> None:
    what = "decide_spark, CPU over decide's"
    assert _met(_report("S", 10, decide=2.0, decide_spark=12.0))[what]
    assert not _met(_report("S", 10, decide=2.0, decide_spark=12.1))[what]


def test_an_application_that_stands_is_held_against_a_process_that_stands() -> None:
    what = "decide_spark_again, CPU over decide_again's"
    assert _met(_report("S", 10, decide=9.0, decide_again=2.0, decide_spark_again=12.0)) == {
        "decide, peak GB under a limit of 4GB": True,
        what: True,
    }
    assert not _met(_report("S", 10, decide=9.0, decide_again=2.0, decide_spark_again=12.1))[what]


def test_a_run_of_the_command_is_held_against_the_same_run_on_duckdb() -> None:
    names = ("first_run", "run")
    assert _met(_report("S", 10, first_run=9.0, first_run_spark=54.0, run=2.0, run_spark=12.1)) == {
        f"{name}_spark, CPU over {name}'s": met for name, met in zip(names, (True, False), strict=True)
    }


def test_memory_is_a_bar_of_its_own() -> None:
    report = _report("L", 10, decide=2.0)
    report["decide"]["peak_gb"] = 4.2
    assert _met(report) == {"decide, peak GB under a limit of 4GB": False}


def test_growth_is_per_feed_row() -> None:
    found = growth(_report("S", 10, decide=1.0, floor=1.0), _report("L", 100, decide=10.0, floor=14.0))
    assert {bar["what"]: (bar["value"], bar["met"]) for bar in found} == {
        "floor, growth S → L over linear": (1.4, False),
        "decide, growth S → L over linear": (1.0, True),
    }


def test_every_step_of_decide_belongs_to_one_group() -> None:
    steps = {step.name for step in (*once(), *per_slice())} | {"open", "write"}
    grouped = [step for group in GROUPS.values() for step in group]
    assert steps - set(grouped) == set()
    assert len(grouped) == len(set(grouped))


def test_what_no_step_took_is_start() -> None:
    costs = by_group({"seen": 2.0, "write": 1.0}, 3.5)
    assert costs[START] == 0.5
    assert sum(costs.values()) == 3.5


def test_a_process_that_fails_is_named() -> None:
    with pytest.raises(ProcessError, match=r"bench\.decide ended with 1"):
        measure("bench.decide", Path("no-such-folder"), "4GB")


@pytest.mark.parametrize(
    "arguments",
    [["compare"], ["compare", "--scale", "M"], ["compare", "--scale", "XS", "--only", "florr"], ["table", "no"]],
)
def test_a_wrong_call_ends_with_status_2_and_a_sentence(arguments: list[str]) -> None:
    asked = subprocess.run(["script/bench", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.returncode == 2
    assert "script/bench" in asked.stderr
    assert "Traceback" not in asked.stderr
