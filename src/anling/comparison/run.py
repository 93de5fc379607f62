"""The main job: roster and feeds in, three explained lists out (N-B1). Files in, files out, no database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anling.comparison.destination import destination_of
from anling.comparison.engine import client, engine_of, ready
from anling.comparison.frozen import Frozen, freeze
from anling.comparison.lists import Resources, write_lists
from anling.comparison.output import MARK
from anling.comparison.report import report, write_report
from anling.engines.costs import Decided
from anling.engines.spark.address import Address
from anling.engines.spark.cluster import Cluster
from anling.feeds.intake import FeedIntake, InputError, Intake, RosterBatch
from anling.feeds.quarantine import collect_quarantine
from anling.matching.health import SourceHealth
from anling.policy import Policy

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: where it lies, what it came to, and what was refused on the way. report: its run.json."""

    out: Path | Address
    report: dict[str, Any]
    lists: dict[str, int]
    reasons: dict[str, int]
    roster: RosterBatch
    feeds: FeedIntake
    health: tuple[SourceHealth, ...]
    refused_or_rejected: bool
    seconds: float
    peak_gb: float


def compare(
    *,
    roster: Path,
    feeds: Path,
    as_of: date,
    out: Path | Address,
    store: Path,
    policy: Policy,
    memory_limit: str = "4GB",
    threads: int | None = None,
    cluster: Cluster | None = None,
    shared: Address | None = None,
    strict: bool = False,
    max_rejected: float = 0.05,
    list_format: str | None = None,
    people_per_slice: int | None = None,
    progress: Progress = lambda label, done, total: None,
) -> RunResult:
    """Compare a roster with a folder of feeds as of a day and write the result folder `out` (contracts.md).

    store: where ingested batches are kept and found again. strict: a refused batch, or one with more than
    `max_rejected` of its rows in quarantine, stops the run. list_format: parquet, csv or xlsx for `lists/`; None for
    no lists. cluster: where Spark decides; None for DuckDB in this process, within `memory_limit`.
    shared: where its workers read what the store holds and write what they find; None where they see `store` and `out`.
    people_per_slice: how many people DuckDB decides at a time, by default as many as fit the limit. progress: told
    a label, how much is done and how much there is.
    Raises InputError or PolicyError with one sentence; nothing is left under `out` then.
    """
    begun = time.perf_counter()
    means = Resources(memory_limit, threads, store / "spill")
    ready(cluster)
    with client(out, shared) as files:
        engine_run = engine_of(cluster, means, (files, shared, store) if files and shared else None)
        destination = destination_of(out, files, means.temp)
        intake = Intake(store, policy, memory_limit=memory_limit, threads=threads, progress=progress)
        frozen = freeze(intake, policy, roster, feeds, as_of)
        over_limit = frozen.over_limit(max_rejected)
        if strict and over_limit:
            raise InputError(f"{over_limit[0]} The run stops because of --strict.")
        with destination.draft() as folder:
            decided = engine_run(frozen, folder, people_per_slice, progress)
            collect_quarantine(folder / "quarantine.parquet", frozen.roster, frozen.feeds.batches)
            if list_format:
                _write_lists(frozen, folder, means, list_format, progress)
            seconds, peak = time.perf_counter() - begun, decided.peak_gb
            told = report(frozen, decided, over_limit, seconds, peak)
            write_report(folder / MARK, told)
    return _result(out, told, frozen, decided, bool(over_limit), seconds)


def _result(
    out: Path | Address, told: dict[str, Any], frozen: Frozen, decided: Decided, over: bool, seconds: float
) -> RunResult:
    lists, reasons = dict(decided.totals.lists), dict(decided.totals.reasons)
    peak = decided.peak_gb
    return RunResult(out, told, lists, reasons, frozen.roster, frozen.feeds, frozen.health, over, seconds, peak)


def _write_lists(frozen: Frozen, folder: Path, means: Resources, list_format: str, progress: Progress) -> None:
    write_lists(
        folder,
        roster=frozen.roster.folder / "roster.parquet",
        policy=frozen.policy,
        as_of=frozen.as_of,
        list_format=list_format,
        resources=means,
        progress=progress,
    )
