"""What an explanation says, before it is put into words: a person's benefits, records and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anling.comparison.explain.records import Traced
from anling.comparison.explain.run_folder import SourceState
from anling.comparison.phrases import Phrase, Use
from anling.engines.duckdb.lookup import RosterRow
from anling.policy.catalogue import Catalogue
from anling.rules.clock import Clock, ClockRule
from anling.rules.decision import Decision
from anling.rules.evidence import ListName, WhyNot
from anling.rules.months import Month


@dataclass(frozen=True, slots=True)
class BenefitAccount:
    """One benefit: its row on the roster, its decision decided once more, and its clock before and after.

    `decision` is None for an ended benefit, which is not compared. Clocks are None where no base is known.
    `faults`: in what the stored decision differs from the one decided now; empty where they are equal.
    """

    row: RosterRow
    rule: ClockRule
    decision: Decision | None
    before: Clock | None
    after: Clock | None
    sentence: Phrase
    faults: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordAccount:
    """One record of the person, and what it did: a use, or the reason why it was not usable."""

    traced: Traced
    judged: Use | WhyNot


@dataclass(frozen=True, slots=True)
class PersonAccount:
    """One human behind a person number: name and number as on the roster, benefits by benefit_no, records by day.

    `window`: the first month in which a sign of life counts, and the last day.
    """

    name: str
    number: str
    number_tied: bool
    benefits: tuple[BenefitAccount, ...]
    records: tuple[RecordAccount, ...]
    window: tuple[Month, date]

    @property
    def unseen(self) -> bool:
        """Whether some benefit has no evidence although records could have been tied to the person."""
        lists = {each.decision.list for each in self.benefits if each.decision}
        return self.number_tied and ListName.NO_EVIDENCE in lists


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known about one person number in one run.

    `sources`: every feed of the catalogue, with the state of its deliveries.
    """

    person_no: str
    run: Path
    as_of: date
    policy: str
    people: tuple[PersonAccount, ...]
    sources: Mapping[str, SourceState]
    catalogue: Catalogue

    @property
    def agrees(self) -> bool:
        """Whether every decision, decided once more, equals the stored one."""
        return not any(benefit.faults for person in self.people for benefit in person.benefits)
