"""What Spark's own event log tells of a run: tasks, how unlike one another they were, memory, spilling."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

WORTH = 0.5
"""Seconds of its longest task from which on a stage counts as skewed or not: below that it is the start of tasks."""

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of a run, in CPU seconds. skew: of the worst stage worth a look, its longest task over the median one.

    shuffle_skew: the same of the bytes that tasks of one stage fetch. heap_gb: the most that Java held at once;
    spilled_gb, shuffled_gb: what did not fit and went to disk, and what went from task to task. files, written_gb: what
    was laid down of relations and results.
    """

    stages: int
    tasks: int
    cpu_s: float
    longest_s: float
    skew: float
    shuffle_skew: float
    heap_gb: float
    spilled_gb: float
    shuffled_gb: float
    files: int
    written_gb: float


def read(folder: Path) -> Tasks:
    """From the one log in a folder."""
    by_stage: dict[int, list[dict[str, Any]]] = defaultdict(list)
    heap, names, written = 0, dict[int, str](), Counter[str]()
    for event in _events(folder):
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            by_stage[event["Stage ID"]].append(event["Task Metrics"])
            heap = max(heap, event.get("Task Executor Metrics", {}).get("JVMHeapMemory", 0))
        elif event["Event"] == "SparkListenerStageExecutorMetrics":
            heap = max(heap, event["Executor Metrics"].get("JVMHeapMemory", 0))
        elif event["Event"].endswith(("SparkListenerSQLExecutionStart", "SparkListenerSQLAdaptiveExecutionUpdate")):
            names.update(_metrics(event["sparkPlanInfo"]))
        elif event["Event"].endswith("SparkListenerDriverAccumUpdates"):
            for number, value in event["accumUpdates"]:
                written[names.get(number, "")] += value
    # CPU, not seconds of wall: on a busy machine those tell who had to wait
    ran = [[task["Executor CPU Time"] / 1e9 for task in tasks] for tasks in by_stage.values()]
    fetched = [[_fetched(task) / MEGABYTE for task in tasks] for tasks in by_stage.values()]
    spilled = sum(task["Disk Bytes Spilled"] for tasks in by_stage.values() for task in tasks)
    return Tasks(
        stages=len(ran),
        tasks=sum(map(len, ran)),
        cpu_s=sum(map(sum, ran)),
        longest_s=max(map(max, ran)),
        skew=max((_skew(each) for each in ran if max(each) >= WORTH), default=1.0),
        shuffle_skew=max((_skew(each) for each in fetched if max(each) >= 1), default=1.0),
        heap_gb=heap / 1e9,
        spilled_gb=spilled / 1e9,
        shuffled_gb=sum(map(sum, fetched)) / 1000,
        files=written["number of written files"],
        written_gb=written["written output"] / 1e9,
    )


def _metrics(plan: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """The figures that a plan counts, by the number under which the log tells them."""
    for metric in plan["metrics"]:
        yield metric["accumulatorId"], metric["name"]
    for child in plan["children"]:
        yield from _metrics(child)


def _fetched(task: dict[str, Any]) -> int:
    read = task["Shuffle Read Metrics"]
    return int(read["Remote Bytes Read"]) + int(read["Local Bytes Read"])


def _skew(values: list[float]) -> float:
    middle = median(values)
    return max(values) / middle if middle else float(len(values) > 1) or 1.0


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(("appstatus", ".")):
            with file.open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)
