"""The main job: roster and feeds in, three explained lists out (N-B1). Files in, files out, no database."""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import anling
from anling.comparison.health import SourceHealth, health_of_sources
from anling.comparison.intake import FeedBatch, FeedIntake, InputError, Intake, RosterBatch
from anling.comparison.lists import Resources, write_lists
from anling.comparison.output import MARK, refuse_foreign, result_folder
from anling.comparison.quarantine import collect_quarantine
from anling.engines.duckdb.decide import Decided, decide
from anling.engines.duckdb.session import ENGINE_VERSION
from anling.matching.inputs import BatchFiles, Inputs
from anling.matching.parameters import UnsupportedRuleError, parameters
from anling.matching.steps import version
from anling.policy import Policy, PolicyError
from anling.policy.catalogue import Catalogue
from anling.rules.evidence import Grade

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


@dataclass(frozen=True, slots=True)
class _Frozen:
    """What a run rests on, settled before the first decision."""

    as_of: date
    policy: Policy
    catalogue: Catalogue
    roster: RosterBatch
    feeds: FeedIntake
    used: tuple[FeedBatch, ...]
    health: tuple[SourceHealth, ...]


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
    refuse_foreign(out)
    frozen = _freeze(
        Intake(store, policy, memory_limit=memory_limit, threads=threads, progress=progress),
        policy, roster, feeds, as_of,
    )  # fmt: skip
    over_limit = _over_limit(frozen, max_rejected)
    if strict and over_limit:
        raise InputError(f"{over_limit[0]} The run stops because of --strict.")
    with result_folder(out) as folder:
        decided = decide(
            _inputs(frozen), _parameters(frozen), folder,
            memory_limit=memory_limit, threads=threads, temp=store / "spill",
            people_per_slice=people_per_slice, progress=progress,
        )  # fmt: skip
        collect_quarantine(folder / "quarantine.parquet", frozen.roster, frozen.feeds.batches)
        if list_format:
            write_lists(
                folder, roster=frozen.roster.folder / "roster.parquet", policy=policy, as_of=as_of,
                list_format=list_format, resources=Resources(memory_limit, threads, store / "spill"), progress=progress,
            )  # fmt: skip
        seconds, peak = time.perf_counter() - begun, _peak_gb()
        _write_report(folder / MARK, _report(frozen, decided, over_limit, seconds, peak))
    return RunResult(
        out, dict(decided.totals.lists), dict(decided.totals.reasons), frozen.roster, frozen.feeds, frozen.health,
        bool(over_limit), seconds, peak,
    )  # fmt: skip


def _freeze(intake: Intake, policy: Policy, roster: Path, feeds: Path, as_of: date) -> _Frozen:
    catalogue, rule = policy.catalogue(as_of), policy.health_rule(as_of)
    people = intake.roster(roster)
    batches = intake.feeds(feeds)
    # a batch delivered later does not exist yet (domain.md, section 2, point 0)
    used = tuple(batch for batch in batches.batches if batch.delivered_at.date() <= as_of)
    health = health_of_sources(catalogue, used, recipients=people.accepted, as_of=as_of, rule=rule)
    return _Frozen(as_of, policy, catalogue, people, batches, used, health)


def _inputs(frozen: _Frozen) -> Inputs:
    codes = [(feed.code, code) for feed in frozen.catalogue.feeds.values() for code in feed.codes.values()]
    weak = {frozen.catalogue.kind_number(code.kind) for _, code in codes if code.grade is Grade.P3}
    clocks = frozen.policy.clock_rules(frozen.as_of)
    return Inputs(
        roster=frozen.roster.folder / "roster.parquet",
        batches=tuple(
            BatchFiles(batch.feed, batch.batch, frozen.catalogue.feeds[batch.feed].department, batch.folder)
            for batch in frozen.used
        ),
        clock_rules=tuple((str(scheme), prefix, str(rule.first_base)) for scheme, prefix, rule in clocks),
        weak_kinds=tuple(sorted(weak)),
        no_raise_codes=tuple((feed, code.code) for feed, code in codes if code.no_raise),
    )


def _parameters(frozen: _Frozen) -> dict[str, int]:
    try:
        return parameters(
            frozen.as_of,
            frozen.policy.decision_rule(frozen.as_of),
            sources_unknown=any(source.blinds for source in frozen.health),
            common_kind=_commonest_weak_kind(frozen),
        )
    except UnsupportedRuleError as error:
        raise InputError(str(error)) from error


def _commonest_weak_kind(frozen: _Frozen) -> int:
    """The kind of weak sign with the most rows; the work is shared out by it, the result does not depend on it."""
    rows: Counter[int] = Counter({0: 0})
    for batch in frozen.used:
        codes = frozen.catalogue.feeds[batch.feed].codes
        for code, count in _batch_codes(batch).items():
            if code in codes and codes[code].grade is Grade.P3:
                rows[frozen.catalogue.kind_number(codes[code].kind)] += count
    return rows.most_common(1)[0][0]


def _batch_codes(batch: FeedBatch) -> dict[str, int]:
    codes: dict[str, int] = json.loads((batch.folder / "batch.json").read_text(encoding="utf-8"))["codes"]
    return codes


def _over_limit(frozen: _Frozen, max_rejected: float) -> tuple[str, ...]:
    """A sentence for every refused batch and for every file with too many rows in quarantine."""
    refused = [f"{each.file}: {each.sentence}" for each in frozen.feeds.refused]
    files = [(frozen.roster.file, frozen.roster.rows, frozen.roster.rejected)]
    files += [(batch.file, batch.rows, batch.rejected) for batch in frozen.feeds.batches]
    crowded = [
        f"{file}: {rejected:,} of {rows:,} rows are in quarantine (limit {max_rejected:.0%}); see quarantine.parquet."
        for file, rows, rejected in files
        if rejected > max_rejected * rows
    ]
    return (*refused, *crowded)


def _report(
    frozen: _Frozen, decided: Decided, over_limit: Iterable[str], seconds: float, peak_gb: float
) -> dict[str, Any]:
    return {
        "anling": anling.__version__,
        "engine": ENGINE_VERSION,
        "rules": version(),
        "policy": frozen.policy.version,
        "as_of": frozen.as_of.isoformat(),
        "sources_unknown": any(source.blinds for source in frozen.health),
        "counts": {
            "decisions": decided.totals.decisions,
            "evidence": decided.totals.evidence,
            "deciding": decided.totals.deciding,
            "lists": dict(sorted(decided.totals.lists.items())),
            "reasons": dict(sorted(decided.totals.reasons.items())),
        },
        "roster": _roster_entry(frozen.roster),
        "feeds": [_batch_entry(batch, batch in frozen.used) for batch in frozen.feeds.batches],
        "refused": [{"file": each.file, "sentence": each.sentence} for each in frozen.feeds.refused],
        "over_limit": list(over_limit),
        "health": [source.as_json() for source in frozen.health],
        "seconds": round(seconds, 3),
        "peak_gb": round(peak_gb, 3),
        "slices": decided.slices,
        "steps": [
            {"step": cost.name, "wall_s": round(cost.wall_s, 3), "cpu_s": round(cost.cpu_s, 3), "peak_gb": cost.peak_gb}
            for cost in decided.costs
        ],
    }


def _roster_entry(roster: RosterBatch) -> dict[str, Any]:
    return {
        "file": roster.file,
        "sha256": roster.sha256,
        "rows": roster.rows,
        "accepted": roster.accepted,
        "rejected": roster.rejected,
        "store": str(roster.folder),
        "reused": roster.reused,
    }


def _batch_entry(batch: FeedBatch, used: bool) -> dict[str, Any]:
    return {
        "feed": batch.feed,
        "batch": batch.batch,
        "file": batch.file,
        "sha256": batch.sha256,
        "delivered_at": batch.delivered_at.isoformat(),
        "covers_from": batch.covers_from.isoformat(),
        "covers_to": batch.covers_to.isoformat(),
        "rows": batch.rows,
        "accepted": batch.accepted,
        "rejected": batch.rejected,
        "empty_numbers": batch.empty_numbers,
        "invalid_numbers": batch.invalid_numbers,
        "store": str(batch.folder),
        "reused": batch.reused,
        "used": used,
    }


def _write_report(file: Path, report: dict[str, Any]) -> None:
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


__all__ = ["PolicyError", "RunResult", "compare"]
