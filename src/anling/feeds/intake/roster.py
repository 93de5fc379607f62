"""Takes in the roster: one row per benefit (N-A1; contracts.md, roster)."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anling.engines.duckdb.ingest import FileSource, RosterCounts, ingest_roster
from anling.engines.duckdb.session import ENGINE_VERSION
from anling.engines.duckdb.tables import Wanted
from anling.feeds.intake.batches import RosterBatch
from anling.feeds.intake.content import Content
from anling.feeds.intake.formats import Kind, Opened, open_file, read_content, refusing
from anling.feeds.intake.limits import Desk, Limits
from anling.feeds.intake.store import Facts, Store, batch_key
from anling.matching.normalise import NORMALISER
from anling.matching.normalise.roster_rows import CODED, DATES, REQUIRED, RosterRules
from anling.policy import ROSTER_COLUMNS, Policy

NEWEST = date.max
"""A roster carries no date of its own: the newest spellings and codes of the policy read it."""


@dataclass(frozen=True, slots=True)
class RosterReader:
    """Takes in rosters under one policy into one store."""

    store: Store
    policy: Policy
    limits: Limits

    def read(self, path: Path) -> RosterBatch:
        """The roster in the store, ingested now if it is not there. Raises RefusedError, or OutOfMemoryError."""
        content = read_content(path)
        fingerprint = self.policy.roster_fingerprint(NEWEST)
        folder = self.store.roster_folder(batch_key(content.sha256, path.name, fingerprint, NORMALISER, ENGINE_VERSION))
        known = self.store.facts(folder)
        return _batch(path, folder, known or self._ingest(path, content, folder), reused=known is not None)

    def _ingest(self, path: Path, content: Content, folder: Path) -> Facts:
        begun, cpu = time.perf_counter(), time.process_time()
        kind = Kind(self.policy.headers(NEWEST).roster, Wanted(ROSTER_COLUMNS, DATES), REQUIRED)
        with Desk(self.store, self.limits) as desk, desk.place() as place, refusing(path):
            written = place.folder / "batch"
            written.mkdir()
            opened = open_file(place, path, content, kind)
            source = FileSource(opened.rows, opened.broken, written, path.name)
            facts = _facts(path, content, ingest_roster(place.session, source, self._rules(opened, content)))
            facts |= {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
            self.store.publish(written, folder, facts)
        return facts

    def _rules(self, opened: Opened, content: Content) -> RosterRules:
        values = self.policy.values(NEWEST)
        nul_in = opened.present if content.has_nul else frozenset[str]()
        return RosterRules(words={column: values[column] for column in CODED}, nul_in=nul_in)


def _facts(path: Path, content: Content, counts: RosterCounts) -> Facts:
    return {
        "kind": "roster",
        "file": path.name,
        "sha256": content.sha256,
        "rows": counts.rows,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "normaliser": NORMALISER,
        "engine": ENGINE_VERSION,
    }


def _batch(path: Path, folder: Path, facts: dict[str, Any], *, reused: bool) -> RosterBatch:
    return RosterBatch(
        file=path.name,
        folder=folder,
        sha256=facts["sha256"],
        rows=facts["rows"],
        accepted=facts["accepted"],
        rejected=facts["rejected"],
        reused=reused,
    )
