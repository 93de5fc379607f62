"""The result folder of a run as `explain` reads it: what it was made from, and how its sources fared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anling.comparison.output import MARK
from anling.feeds.intake import InputError
from anling.feeds.intake.store import files_of
from anling.matching.health import Health
from anling.matching.inputs import BatchFiles
from anling.policy import Policy
from anling.policy.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a feed's deliveries stood on the as-of date; `blinds`: so that absence of evidence means nothing."""

    states: tuple[Health, ...]
    blinds: bool


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A finished run: its folder, as-of date and policy, the batches it used in the store, and its sources' health."""

    folder: Path
    as_of: date
    policy: Policy
    catalogue: Catalogue
    roster: Path
    batches: tuple[BatchFiles, ...]
    sources_unknown: bool
    health: Mapping[str, SourceState]

    @property
    def decisions(self) -> Path:
        """decisions.parquet of the run."""
        return self.folder / "decisions.parquet"

    @property
    def evidence(self) -> Path:
        """evidence.parquet of the run."""
        return self.folder / "evidence.parquet"


def open_run(folder: Path, policy: Policy) -> RunFolder:
    """Read run.json. Raises InputError where the folder is no run, its store is gone, or the policy is another."""
    report = _report(folder / MARK)
    try:
        opened = _run(folder, policy, report)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder / MARK}: not a report of compare; run compare again.") from error
    if report.get("policy") != policy.version:
        raise InputError(
            f"{folder}: the run was made under policy {report.get('policy')}, this is {policy.version}; "
            "name the run's own policy with --policy, or run compare again."
        )
    _require(opened)
    return opened


def _report(file: Path) -> dict[str, Any]:
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{file.parent}: there is no {MARK}; name a folder that compare has written.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read; run compare again.") from error
    if not isinstance(report, dict):
        raise InputError(f"{file}: not a report of compare; run compare again.")
    return report


def _run(folder: Path, policy: Policy, report: Mapping[str, Any]) -> RunFolder:
    as_of = date.fromisoformat(report["as_of"])
    catalogue = policy.catalogue(as_of)
    used = sorted((each for each in report["feeds"] if each["used"]), key=lambda each: (each["feed"], each["batch"]))
    return RunFolder(
        folder=folder,
        as_of=as_of,
        policy=policy,
        catalogue=catalogue,
        roster=Path(report["roster"]["store"]) / "roster.parquet",
        batches=tuple(_batch(each, catalogue) for each in used),
        sources_unknown=bool(report["sources_unknown"]),
        health={each["feed"]: _state(each) for each in report["health"]},
    )


def _state(entry: Mapping[str, Any]) -> SourceState:
    return SourceState(tuple(Health(state) for state in entry["states"]), bool(entry["blinds"]))


def _batch(entry: Mapping[str, Any], catalogue: Catalogue) -> BatchFiles:
    feed = catalogue.feeds[entry["feed"]]
    return BatchFiles(feed.code, entry["batch"], feed.department, Path(entry["store"]))


def _require(run: RunFolder) -> None:
    """The store may have been cleared away since: then nothing can be read again."""
    folders = [run.roster.parent, *(batch.folder for batch in run.batches)]
    for file in (run.decisions, run.evidence, *(file for folder in folders for file in files_of(folder))):
        if not file.is_file():
            raise InputError(f"{file}: gone since the run; run compare again to bring it back.")
