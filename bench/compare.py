"""Rounds of measurements: each thing once per round, A B C A B C, so that a busy minute hurts all alike; medians."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

from bench.data import ensure_province, warm
from bench.explanation import by_group
from bench.machine import code, describe
from bench.place import SEED, THREADS, Place, Scale
from bench.process import Measured, ProcessError, measure
from bench.report import bars, ratios
from bench.things import MEMORY_LIMIT, Thing

Told = Callable[[str], None]
SAME_WORK = ("decide_core", "polars", "polars_raw")


class DisagreementError(Exception):
    """Two things that should do the same work came to different results: their costs cannot be compared."""


def compare(scale: Scale, place: Place, things: Sequence[Thing], *, repeat: int, told: Told) -> dict[str, Any]:
    """Measure the things and return the report that is written as JSON (contracts.md, script/bench).

    Raises ProcessError where a measured process fails, DisagreementError where peers come to different results.
    """
    counts: dict[str, Any] = {}
    for form in dict.fromkeys(["parquet", *(thing.form for thing in things if thing.form)]):
        told(f"data: {scale.people:,} people as {form}")
        counts[form] = ensure_province(scale, place, form)
        warm(place.province(form))
    runs = _rounds(place, things, repeat, told)
    _refuse_disagreement(runs)
    report: dict[str, Any] = {
        "scale": scale.name, "seed": SEED, **counts["parquet"], "repeat": repeat, "threads": THREADS,
        "memory_limit": MEMORY_LIMIT, "code": code(), "machine": describe(),
    }  # fmt: skip
    report |= {name: _middle(measured) for name, measured in runs.items()}
    if "decide" in runs:
        report["explanation"] = _explanation(runs["decide"])
    report["ratios"] = ratios(report)
    report["bars"] = bars(report)
    return report


def _rounds(place: Place, things: Sequence[Thing], repeat: int, told: Told) -> dict[str, list[Measured]]:
    runs: dict[str, list[Measured]] = {thing.name: [] for thing in things}
    prepared = False
    for number in range(1, repeat + 1):
        for thing in things:
            if thing.reads_store and not prepared:
                told("data: what decide is asked, worked out beforehand")
                measure("bench.question", place.folder)
                warm(place.store)
                prepared = True
            measured = thing.run(place)
            runs[thing.name].append(measured)
            told(f"round {number} of {repeat}: {thing.name} {measured.cpu_s:.2f} s CPU, {measured.wall_s:.2f} s wall")
    return runs


def _refuse_disagreement(runs: dict[str, list[Measured]]) -> None:
    found = {name: run.facts for name in SAME_WORK for run in runs.get(name, ())}
    if len({tuple(sorted(facts.items())) for facts in found.values()}) > 1:
        raise DisagreementError(f"the same core came to different results: {found}")


def _middle(measured: Iterable[Measured]) -> dict[str, Any]:
    """Medians, the CPU of each run, and the facts of the last."""
    runs = list(measured)
    facts = {name: value for name, value in runs[-1].facts.items() if name != "steps"}
    return {
        "cpu_s": round(median(run.cpu_s for run in runs), 3),
        "wall_s": round(median(run.wall_s for run in runs), 3),
        "peak_gb": round(median(run.peak_gb for run in runs), 3),
        "cpu_each": [round(run.cpu_s, 3) for run in runs],
        "facts": facts,
    }


def _explanation(runs: Sequence[Measured]) -> dict[str, float]:
    """CPU seconds of each group of steps, from the run whose CPU is the median."""
    run = sorted(runs, key=lambda each: each.cpu_s)[len(runs) // 2]
    return {group: round(cpu_s, 3) for group, cpu_s in by_group(run.facts["steps"], run.cpu_s).items()}


__all__ = ["DisagreementError", "ProcessError", "compare"]
