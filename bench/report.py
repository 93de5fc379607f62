"""What the figures mean: ratios to the floor, the bars they are held against, growth from one scale to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bench.things import BY_NAME

Report = Mapping[str, Any]

DECIDE_BAR, DECIDE_MARK = 2.0, 1.5
INGEST_BAR, INGEST_MARK = 4.0, 3.0
CSV_BAR = 1.5
SPARK_BAR = 6.0
GROWTH_BAR = 1.3
MEMORY_BAR_GB = 4.0
_ON_BOTH = {
    "first_run_spark": "first_run", "run_spark": "run", "decide_spark_again": "decide_again", "decide_spark": "decide",
}  # fmt: skip
GROWING = ("floor", "ingest", "decide", "decide_spark", "run", "run_spark", "polars")


def measured_in(report: Report) -> list[str]:
    """The measured things of a report, in the order of a round."""
    return [name for name in BY_NAME if name in report]


def ratios(report: Report) -> dict[str, float]:
    """CPU of each thing as a multiple of the floor's; nothing without a floor."""
    if "floor" not in report:
        return {}
    floor = report["floor"]["cpu_s"]
    return {name: round(report[name]["cpu_s"] / floor, 2) for name in measured_in(report)}


def bars(report: Report) -> list[dict[str, Any]]:
    """Every bar whose figures were measured: what, value, limit, met."""
    found = [*_to_floor(report), *_csv(report), *_peer(report), *_spark(report), *_memory(report)]
    return [_bar(*each) for each in found]


def growth(small: Report, large: Report) -> list[dict[str, Any]]:
    """CPU per feed row at the larger scale as a multiple of the smaller's: 1 is linear."""
    rows = large["feed_rows"] / small["feed_rows"]
    both = [name for name in GROWING if name in small and name in large]
    values = {name: large[name]["cpu_s"] / small[name]["cpu_s"] / rows for name in both}
    step = f"{small['scale']} → {large['scale']}"
    return [_bar(f"{name}, growth {step} over linear", value, GROWTH_BAR) for name, value in values.items()]


def _bar(what: str, value: float, limit: float) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2), "limit": limit, "met": value <= limit}


def _to_floor(report: Report) -> Iterable[tuple[str, float, float]]:
    limits = {"decide": (DECIDE_BAR, DECIDE_MARK), "ingest": (INGEST_BAR, INGEST_MARK)}
    for name, (bar, mark) in limits.items():
        if name in report and "floor" in report:
            ratio = report[name]["cpu_s"] / report["floor"]["cpu_s"]
            yield f"{name}, CPU over the floor's", ratio, bar
            yield f"{name}, CPU over the floor's (the mark to beat)", ratio, mark


def _csv(report: Report) -> Iterable[tuple[str, float, float]]:
    """How "bare" a read is, is a matter of reading: told the columns, it costs a fraction of finding them out."""
    for name, about in (("csv_read", "told the columns"), ("csv_sniff", "finding them out")):
        if {"ingest", "ingest_csv", name} <= set(report):
            beyond = report["ingest_csv"]["cpu_s"] - report["ingest"]["cpu_s"]
            what = f"ingest_csv, CPU beyond ingest over a bare CSV read's ({about})"
            yield what, beyond / report[name]["cpu_s"], CSV_BAR


def _peer(report: Report) -> Iterable[tuple[str, float, float]]:
    if {"decide_core", "polars"} <= set(report):
        yield "decide_core, CPU over Polars' on the same store", _over(report, "decide_core", "polars"), 1.0


def _spark(report: Report) -> Iterable[tuple[str, float, float]]:
    """A run is a command's, or a worker's, whose application stands; to decide is the part that the engines do."""
    for spark, ours in _ON_BOTH.items():
        if {spark, ours} <= set(report):
            yield f"{spark}, CPU over {ours}'s", _over(report, spark, ours), SPARK_BAR


def _memory(report: Report) -> Iterable[tuple[str, float, float]]:
    if "decide" in report:
        yield "decide, peak GB under a limit of 4GB", report["decide"]["peak_gb"], MEMORY_BAR_GB


def _over(report: Report, name: str, other: str) -> float:
    return float(report[name]["cpu_s"] / report[other]["cpu_s"])
