"""The main job: roster and feeds in, three explained lists out (N-B1). Files in, files out, no database."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anling.comparison.frozen import Frozen, freeze
from anling.comparison.intake import FeedIntake, InputError, Intake, RosterBatch
from anling.comparison.lists import Resources, write_lists
from anling.comparison.output import MARK, make_way, result_folder
from anling.comparison.quarantine import collect_quarantine
from anling.comparison.report import report, write_report
from anling.engines.duckdb.decide import Decided, decide
from anling.matching.health import SourceHealth
from anling.policy import Policy

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: where it lies, what it came to, and what was refused on the way."""

    out: Path
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
    out: Path,
    store: Path,
    policy: Policy,
    memory_limit: str = "4GB",
    threads: int | None = None,
    engine: str = "duckdb",
    strict: bool = False,
    max_rejected: float = 0.05,
    list_format: str | None = None,
    people_per_slice: int | None = None,
    progress: Progress = lambda label, done, total: None,
) -> RunResult:
    """Compare a roster with a folder of feeds as of a day and write the result folder `out` (contracts.md).

    store: where ingested batches are kept and found again. strict: a refused batch, or one with more than
    `max_rejected` of its rows in quarantine, stops the run. list_format: parquet, csv or xlsx for `lists/`; None for
    no lists. people_per_slice: how many people are decided at a time, by default as many as fit the limit. progress:
    told a label, how much is done and how much there is.
    Raises InputError or PolicyError with one sentence; nothing is left under `out` then.
    """
    if engine != "duckdb":
        raise InputError(f"--engine {engine}: this version runs on duckdb alone; leave --engine out.")
    begun = time.perf_counter()
    make_way(out)
    intake = Intake(store, policy, memory_limit=memory_limit, threads=threads, progress=progress)
    frozen = freeze(intake, policy, roster, feeds, as_of)
    over_limit = frozen.over_limit(max_rejected)
    if strict and over_limit:
        raise InputError(f"{over_limit[0]} The run stops because of --strict.")
    means = Resources(memory_limit, threads, store / "spill")
    with result_folder(out) as folder:
        decided = _decide(frozen, folder, means, people_per_slice, progress)
        collect_quarantine(folder / "quarantine.parquet", frozen.roster, frozen.feeds.batches)
        if list_format:
            _write_lists(frozen, folder, means, list_format, progress)
        seconds, peak = time.perf_counter() - begun, _peak_gb()
        write_report(folder / MARK, report(frozen, decided, over_limit, seconds, peak))
    lists, reasons = dict(decided.totals.lists), dict(decided.totals.reasons)
    return RunResult(out, lists, reasons, frozen.roster, frozen.feeds, frozen.health, bool(over_limit), seconds, peak)


def _decide(
    frozen: Frozen, folder: Path, means: Resources, people_per_slice: int | None, progress: Progress
) -> Decided:
    return decide(
        frozen.inputs,
        frozen.parameters,
        folder,
        memory_limit=means.memory_limit,
        threads=means.threads,
        temp=means.temp,
        people_per_slice=people_per_slice,
        progress=progress,
    )


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


def _peak_gb() -> float:
    """The most memory this process held, in GB: the kernel counts in units of 1,024 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
