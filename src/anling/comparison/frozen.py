"""What a run rests on, settled before the first decision: batches, policy, health of the sources, numbers."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anling.feeds.intake import FeedBatch, FeedIntake, InputError, Intake, RosterBatch
from anling.matching.health import SourceHealth, health_of_sources
from anling.matching.inputs import BatchFiles, Inputs
from anling.matching.parameters import UnsupportedRuleError, parameters
from anling.policy import Policy
from anling.policy.catalogue import Catalogue
from anling.rules.evidence import Grade


@dataclass(frozen=True, slots=True)
class Frozen:
    """The inputs of one run as of a day. `used`: the batches that exist on that day."""

    as_of: date
    policy: Policy
    catalogue: Catalogue
    roster: RosterBatch
    feeds: FeedIntake
    used: tuple[FeedBatch, ...]
    health: tuple[SourceHealth, ...]

    @property
    def sources_unknown(self) -> bool:
        """Whether a required source is in such a state that absence of evidence means nothing."""
        return any(source.blinds for source in self.health)

    @property
    def inputs(self) -> Inputs:
        """What the matching steps read."""
        codes = [(feed.code, code) for feed in self.catalogue.feeds.values() for code in feed.codes.values()]
        weak = {self.catalogue.kind_number(code.kind) for _, code in codes if code.grade is Grade.P3}
        clocks = self.policy.clock_rules(self.as_of)
        return Inputs(
            roster=self.roster.folder / "roster.parquet",
            batches=tuple(
                BatchFiles(batch.feed, batch.batch, self.catalogue.feeds[batch.feed].department, batch.folder)
                for batch in self.used
            ),
            clock_rules=tuple((str(scheme), prefix, str(rule.first_base)) for scheme, prefix, rule in clocks),
            weak_kinds=tuple(sorted(weak)),
            no_raise_codes=tuple((feed, code.code) for feed, code in codes if code.no_raise),
        )

    @property
    def parameters(self) -> dict[str, int]:
        """What the matching steps are filled with. Raises InputError where the policy asks for more than they can."""
        try:
            return parameters(
                self.as_of,
                self.policy.decision_rule(self.as_of),
                sources_unknown=self.sources_unknown,
                common_kind=_commonest_weak_kind(self),
            )
        except UnsupportedRuleError as error:
            raise InputError(str(error)) from error

    def over_limit(self, max_rejected: float) -> tuple[str, ...]:
        """A sentence for every refused batch, and for every file with a larger share of its rows in quarantine."""
        refused = [f"{each.file}: {each.sentence}" for each in self.feeds.refused]
        files = [(self.roster.file, self.roster.rows, self.roster.rejected)]
        files += [(batch.file, batch.rows, batch.rejected) for batch in self.feeds.batches]
        crowded = [
            f"{file}: {rejected:,} of {rows:,} rows are quarantined (limit {max_rejected:.0%}); see quarantine.parquet."
            for file, rows, rejected in files
            if rejected > max_rejected * rows
        ]
        return (*refused, *crowded)


def freeze(intake: Intake, policy: Policy, roster: Path, feeds: Path, as_of: date) -> Frozen:
    """Take in what is new, and settle which batches exist. Raises InputError or PolicyError with one sentence."""
    catalogue, rule = policy.catalogue(as_of), policy.health_rule(as_of)
    people = intake.roster(roster)
    batches = intake.feeds(feeds)
    # a batch delivered later does not exist yet (domain.md, section 2, point 0); a feed that has ended says nothing
    there = (batch for batch in batches.batches if batch.delivered_at.date() <= as_of)
    used = tuple(batch for batch in there if batch.feed in catalogue.feeds)
    health = health_of_sources(catalogue, used, recipients=people.accepted, as_of=as_of, rule=rule)
    return Frozen(as_of, policy, catalogue, people, batches, used, health)


def _commonest_weak_kind(frozen: Frozen) -> int:
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
