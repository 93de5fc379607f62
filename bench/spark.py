"""How Spark grows from one scale to the next, and what a province out of balance does to it: one process, two tasks."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.data import ensure_province, warm
from bench.machine import code, describe
from bench.place import THREADS, Place, Scale
from bench.process import measure
from bench.spark_events import read

Told = Callable[[str], None]
Report = dict[str, Any]


def measure_spark(scales: Sequence[Scale], memory: str, *, skewed: bool, told: Told) -> Report:
    """The scales, one after the other, and with `skewed` a province out of balance after each.

    Raises ProcessError where a measured process fails.
    """
    rows = []
    for scale in scales:
        place = Place.of(scale)
        counts = ensure_province(scale, place, "parquet")
        rows.append(_measured(scale.name, place, counts, memory, told))
        if skewed:
            beside = Place(place.folder.with_name(f"{scale.name}-skewed"))
            measure("bench.skewed", place.folder, beside.folder)
            rows.append(_measured(f"{scale.name} skewed", beside, counts, memory, told))
    return {"threads": THREADS, "memory_limit": memory, "code": code(), "machine": describe(), "rows": rows}


def told_spark(report: Report) -> str:
    """The report as lines; growth is CPU per feed row over that of the first scale, 1 being linear."""
    rows = report["rows"]
    lines = [
        f"Spark, local[{report['threads']}], limit {report['memory_limit']}, code {report['code']}",
        "               feed rows   CPU s  DuckDB  wall s  peak GB  heap GB  spilled  shuffled  written  files"
        "  store GB  tasks  skew  of bytes  driver s  growth  rows",
    ]
    first = rows[0]
    for row in rows:
        tasks = row["tasks"]
        growth = row["cpu_s"] / first["cpu_s"] / (row["feed_rows"] / first["feed_rows"])
        lines.append(
            f"{row['name']:<12}{row['feed_rows']:>13,}{row['cpu_s']:>8.1f}{row['duckdb_cpu_s']:>8.1f}"
            f"{row['wall_s']:>8.1f}{row['peak_gb']:>9.2f}{tasks['heap_gb']:>9.2f}{tasks['spilled_gb']:>9.2f}"
            f"{tasks['shuffled_gb']:>10.2f}{tasks['written_gb']:>9.2f}{tasks['files']:>7}{row['store_gb']:>10.2f}"
            f"{tasks['tasks']:>7}{tasks['skew']:>6.2f}{tasks['shuffle_skew']:>10.2f}{row['driver_s']:>10.1f}{growth:>8.2f}"
            f"  {'equal' if row['equal'] else 'DIFFERENT'}"
        )
    for row in rows:
        numbers = row["numbers"]
        lines.append(
            f"{row['name']}: {numbers['most']:,} life signs under one number at most; dealt out to {numbers['tasks']}"
            f" tasks, the largest holds {numbers['over_median']:.2f} x the median"
        )
    return "\n".join(lines) + "\n"


def _measured(name: str, place: Place, counts: dict[str, Any], memory: str, told: Told) -> Report:
    told(f"{name}: what decide is asked")
    measure("bench.question", place.folder)
    warm(place.store)
    for engine in ("decide", "decide_spark"):
        shutil.rmtree(place.results / engine, ignore_errors=True)
    told(f"{name}: DuckDB")
    duckdb = measure("bench.decide", place.folder, memory)
    told(f"{name}: Spark")
    with ExitStack() as stack:
        events = _logged(stack)
        spark = measure("bench.decide_spark", place.folder, memory)
        tasks = read(events)
    return {
        "name": name, "feed_rows": counts["feed_rows"], "roster_rows": counts["roster_rows"],
        "cpu_s": spark.cpu_s, "wall_s": spark.wall_s, "peak_gb": spark.facts["peak_gb"], "duckdb_cpu_s": duckdb.cpu_s,
        "store_gb": sum(file.stat().st_size for file in place.store.rglob("*.parquet")) / 1e9,
        "equal": all(measure("bench.same_rows", place.folder, "decide_spark", "decide").facts["equal"].values()),
        "tasks": asdict(tasks),
        "numbers": measure("bench.hot_keys", place.folder).facts, "driver_s": spark.facts["steps"]["write"],
    }  # fmt: skip


def _logged(stack: ExitStack) -> Path:
    """Have Spark write its event log into a folder, by the settings file that any installation may have."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anling-spark-")))
    events = folder / "events"
    events.mkdir()
    (folder / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir {events.as_uri()}\nspark.eventLog.compress false\n"
        "spark.eventLog.logStageExecutorMetrics true\nspark.executor.metrics.pollingInterval 200\n"
    )
    before = os.environ.get("SPARK_CONF_DIR")
    os.environ["SPARK_CONF_DIR"] = str(folder)
    stack.callback(_restore, before)
    return events


def _restore(before: str | None) -> None:
    os.environ.pop("SPARK_CONF_DIR")
    if before is not None:
        os.environ["SPARK_CONF_DIR"] = before
