"""run.json: what a run rested on, what it came to and what it cost (contracts.md, result of a run)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anling
from anling.comparison.frozen import Frozen
from anling.engines.costs import Decided
from anling.feeds.intake import FeedBatch, RosterBatch
from anling.matching.steps import version


def write_report(file: Path, report: dict[str, Any]) -> None:
    """Write the report; its being there makes a folder the result of a run."""
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def report(
    frozen: Frozen, decided: Decided, over_limit: Iterable[str], seconds: float, peak_gb: float
) -> dict[str, Any]:
    """The content of run.json."""
    return {
        "anling": anling.__version__,
        "engine": decided.engine,
        "rules": version(),
        "policy": frozen.policy.version,
        "as_of": frozen.as_of.isoformat(),
        "sources_unknown": frozen.sources_unknown,
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
