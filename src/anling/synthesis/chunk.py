"""The working state of one chunk while it is being made: people, their texts, planted rows, reports of deaths."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from anling.synthesis.calendar import Calendar
from anling.synthesis.columns import NEVER, Bools, Ints
from anling.synthesis.name_tables import RARE
from anling.synthesis.numbers import as_text
from anling.synthesis.people import People
from anling.synthesis.rows import Rows, Texts

DEATH_FEEDS = ("police_death", "health_death", "civil_cremation", "insurance_inpatient", "ministry_answer")
POLICE, HEALTH, CREMATION, HOSPITAL, MINISTRY = range(5)


@dataclass
class DeathReports:
    """What each of the five sources records about each death: (deaths, 5) arrays; `who` are the dead, ascending."""

    who: Ints
    at_home: Bools
    sent: Bools
    day: Ints
    arrival: Ints
    number: Ints
    name: Ints

    def of(self, people: Ints) -> Ints:
        """Row positions of the given dead people (each must be among the dead)."""
        return np.searchsorted(self.who, people)


@dataclass
class Chunk:
    """One chunk.

    `planted` are rows by feed from traps and life events; `roster_number` and `roster_name` replace what the roster
    says about a person, `feed_number` and `feed_name` (positions of texts) what all departments say.
    """

    rng: np.random.Generator
    when: Calendar
    people: People
    numbers: Texts
    names: Texts
    deaths: DeathReports
    rare: Bools
    planted: dict[str, list[Rows]] = field(default_factory=dict)
    roster_number: dict[int, str] = field(default_factory=dict)
    roster_name: dict[int, str] = field(default_factory=dict)
    feed_number: dict[int, int] = field(default_factory=dict)
    feed_name: dict[int, int] = field(default_factory=dict)

    def plant(self, feed: str, rows: Rows) -> None:
        """Add rows to a feed."""
        self.planted.setdefault(feed, []).append(rows)

    def number_of(self, person: int) -> str:
        """The person's true number."""
        return self.numbers.text(person)

    def name_of(self, person: int) -> str:
        """The person's name as most departments write it."""
        return self.names.text(person)

    def alive(self) -> Bools:
        """Recipients alive on the as-of day."""
        living: Bools = self.people.death == NEVER
        living[self.people.known :] = False
        return living

    def dead(self) -> Bools:
        """Recipients who died in the covered time."""
        gone: Bools = self.people.death < NEVER
        gone[self.people.known :] = False
        return gone


def open_chunk(rng: np.random.Generator, when: Calendar, people: People) -> Chunk:
    """A chunk whose deaths have been reported as departments do (death_reports)."""
    rare = pc.match_substring_regex(people.names, pattern=f"[{''.join(RARE)}]").to_numpy(zero_copy_only=False)
    numbers, names = Texts(as_text(people.papers)), Texts(people.names)
    return Chunk(rng, when, people, numbers, names, death_reports(rng, people), rare)


REPORTED = {"police_death": 0.93, "health_death": 0.86, "civil_cremation": 0.93, "insurance_inpatient": 0.36}
"""Share of deaths that a department ever records: assumptions. The ministry knows two thirds, of recipients only."""
MINISTRY_SHARE = 0.65
HOME_SHARE = (0.45, 0.70)
"""Share of deaths at home among employees and residents: assumptions."""
MEAN_LAG = {POLICE: (18, 45), HEALTH: (8, 35), CREMATION: (3, 5), HOSPITAL: (20, 20), MINISTRY: (60, 70)}
"""Mean days from death to record, for deaths in hospital and at home (exponential): assumptions."""


def death_reports(rng: np.random.Generator, people: People) -> DeathReports:
    """Which source records which death, under what date, and when."""
    who = np.flatnonzero(people.death < NEVER)
    count = len(who)
    at_home = rng.random(count) < np.array(HOME_SHARE)[people.scheme[who]]
    chance = np.column_stack([np.full(count, REPORTED[feed]) for feed in DEATH_FEEDS[:4]] + [np.zeros(count)])
    chance[at_home, HEALTH] -= 0.12
    chance[at_home, HOSPITAL] = 0.0
    chance[~at_home, HOSPITAL] = 0.75
    chance[:, MINISTRY] = np.where(who < people.known, MINISTRY_SHARE, 0.0)
    day = np.repeat(people.death[who][:, None], 5, axis=1)
    day[:, CREMATION] += rng.integers(1, 6, count)
    means = np.array([MEAN_LAG[source] for source in range(5)], dtype=np.float64)
    lag = rng.exponential(1.0, (count, 5)) * np.where(at_home[:, None], means[:, 1], means[:, 0])
    texts = np.repeat(who[:, None], 5, axis=1)
    return DeathReports(
        who=who, at_home=at_home, sent=rng.random((count, 5)) < chance, day=day,
        arrival=day + lag.astype(np.int64), number=texts, name=texts.copy(),
    )  # fmt: skip
