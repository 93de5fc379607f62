"""Takes in the roster: one row per benefit (N-A1; contracts.md, roster)."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anling.comparison.intake.batches import RosterBatch
from anling.comparison.intake.content import Content
from anling.comparison.intake.formats import Kind, Opened, Place, open_file, read_content, refusing
from anling.comparison.intake.limits import Limits
from anling.comparison.intake.store import Facts, Store, batch_key
from anling.engines.duckdb.ingest import RosterCounts, distinct_texts, ingest_roster
from anling.engines.duckdb.session import ENGINE_VERSION, Session
from anling.engines.duckdb.tables import Wanted, blaming
from anling.matching.normalise import NORMALISER
from anling.matching.roster_rows import CODED, MONTHS, REQUIRED, RosterRules
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
        wanted = Wanted(ROSTER_COLUMNS, frozenset(("birth_date",)), frozenset(MONTHS))
        kind = Kind(self.policy.headers(NEWEST).roster, wanted, REQUIRED)
        with self.store.workspace() as space, self.limits.session(space) as session, refusing(path):
            written = space / "batch"
            written.mkdir()
            opened = open_file(Place(session, space), path, content, kind)
            session.execute(f"CREATE OR REPLACE TEMP VIEW source AS {opened.select}")
            with blaming(session, [opened.bare]):
                rules = self._rules(session, opened, has_nul=content.has_nul)
                facts = _facts(path, content, ingest_roster(session, opened.table, rules, written, path.name))
            facts |= {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
            self.store.publish(written, folder, facts)
        return facts

    def _rules(self, session: Session, opened: Opened, *, has_nul: bool) -> RosterRules:
        values = self.policy.values(NEWEST)
        written = distinct_texts(session, CODED)
        words = {
            column: {raw: values[column][raw] for raw in written[column] if raw in values[column]} for column in CODED
        }
        return RosterRules(
            words=words,
            nul_in=opened.present if has_nul else frozenset(),
        )


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
