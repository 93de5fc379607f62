"""Everyday life signs: how often each recipient leaves a trace with each department.

Everyone has three hidden traits (digital habit, use of health care, mobility) and some leave no trace at all. The
shapes are assumptions; each feed's mean is scaled to the rate that the department's catalogue entry expects.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anling.synthesis.calendar import BATCH_MONTHS
from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import NEVER, Bools, Floats, Ints
from anling.synthesis.departments import BY_FEED
from anling.synthesis.people import RESIDENT, People
from anling.synthesis.rows import Rows, join, rows

STRANGER_WEIGHT = 0.6
INVISIBLE = {"employee": 0.015, "resident": 0.05, "per_year_over_80": 0.006}
"""Share of people without any trace, and what each year past 80 adds: assumptions."""


@dataclass
class Traits:
    """Per person: digital habit 0–1, health-care use and mobility around 1, and whether any trace is left."""

    age: Floats
    digital: Floats
    health: Floats
    mobility: Floats
    seen: Bools


def draw_traits(rng: np.random.Generator, people: People, on: int) -> Traits:
    """Draw the hidden traits of everyone in the chunk."""
    count = len(people)
    age = people.age(on)
    resident = people.scheme == RESIDENT
    habit = 0.62 - 0.013 * (age - 60) + 0.15 * people.urban - 0.12 * resident + 0.22 * rng.standard_normal(count)
    unseen = np.where(resident, INVISIBLE["resident"], INVISIBLE["employee"])
    unseen = unseen + INVISIBLE["per_year_over_80"] * np.maximum(age - 80, 0)
    return Traits(
        age=age, digital=np.clip(habit, 0.0, 1.0),
        health=rng.standard_gamma(0.9, count) * (0.6 + 0.02 * np.clip(age - 50, 0, 35)),
        mobility=rng.standard_gamma(0.6, count) * np.exp(-0.05 * (age - 60)), seen=rng.random(count) >= unseen,
    )  # fmt: skip


Weigh = Callable[[People, Traits], Floats]
WEIGHTS: dict[str, Weigh] = {
    "police_household": lambda people, traits: np.ones(len(people)),
    "police_border": lambda people, traits: traits.mobility * (0.3 + traits.digital),
    "police_idcard": lambda people, traits: 0.15 + traits.mobility,
    "civil_marriage": lambda people, traits: np.exp(-0.12 * (traits.age - 60)),
    "civil_elderly": lambda people, traits: (traits.age >= 80).astype(np.float64),
    "health_visit": lambda people, traits: np.where(people.scheme == RESIDENT, 1.3, 0.7) * (0.4 + traits.health),
    "insurance_inpatient": lambda people, traits: traits.health,
    "insurance_outpatient": lambda people, traits: traits.health * np.where(people.scheme == RESIDENT, 0.8, 1.2),
    "insurance_pharmacy": lambda people, traits: (0.2 + traits.health) * np.where(people.scheme == RESIDENT, 0.6, 1.4),
    "transport_trip": lambda people, traits: traits.mobility,
    "gov_login": lambda people, traits: traits.digital**2,
}


@dataclass
class Traces:
    """Who leaves a trace with a department, and on which day: positions and day numbers, by person."""

    chunk: Chunk
    digital: Floats
    who: Ints
    day: Ints

    def __len__(self) -> int:
        return len(self.who)


def traces(chunk: Chunk, traits: Traits, feed: str) -> Traces:
    """Draw the everyday traces that people leave with a department."""
    department, people, when = BY_FEED[feed], chunk.people, chunk.when
    weight = WEIGHTS[feed](people, traits) * traits.seen * department.covered[people.city] * (people.shadow_of < 0)
    weight[people.known :] *= STRANGER_WEIGHT
    delivered = 1 - department.delay_days / (when.last - when.first + 1)
    wanted = department.per_1000_month / 1000 * BATCH_MONTHS * people.known / delivered
    per_row = 2.0 if feed == "police_border" else 1.0
    total = weight.sum()
    counts = chunk.rng.poisson(weight * (wanted / per_row / total if total > 0 else 0.0))
    who = np.repeat(np.arange(len(people)), counts)
    day = when.first + chunk.rng.integers(0, when.last - when.first + 1, len(who))
    return Traces(chunk, traits.digital, who, day)


def visible(chunk: Chunk, who: Ints, day: Ints) -> Bools:
    """Whether a person could leave a true trace on that day: alive, at liberty, in the country, not gone."""
    people = chunk.people
    free = (day < people.custody_from[who]) | (day > people.custody_to[who])
    present = (day < people.abroad_from[who]) & (day < people.missing_from[who])
    return (day < people.death[who]) & free & present


def life_signs(chunk: Chunk, traits: Traits, feed: str) -> Rows:
    """The department's everyday rows of the chunk, true by construction."""
    made = SHAPES[feed](traces(chunk, traits, feed))
    last = np.maximum(made.day, made.end)
    keep = visible(chunk, made.who, made.day) & visible(chunk, made.who, last)
    if feed in WEAK:
        keep &= (made.day < chunk.people.weak_until[made.who]) | ~np.isin(made.code, WEAK[feed])
    return made.where(keep)


Shape = Callable[[Traces], Rows]


def _coded(share_first: float) -> Shape:
    """Rows of a feed with two codes, the first of which has a fixed share."""

    def shape(seen: Traces) -> Rows:
        rng = seen.chunk.rng
        code = (rng.random(len(seen)) >= share_first).astype(np.int64)
        return rows(seen.who, seen.day, code, arrival=seen.day + rng.integers(0, 4, len(seen)))

    return shape


def _border(seen: Traces) -> Rows:
    """Trips: an exit, and an entry one to twenty days later; a trip cut short by death leaves neither."""
    back = seen.day + seen.chunk.rng.integers(1, 21, len(seen))
    whole = visible(seen.chunk, seen.who, back)
    who = seen.who[whole]
    return join([rows(who, seen.day[whole], 1), rows(who, back[whole], 0)])


def _hospital(seen: Traces) -> Rows:
    """Stays of 2 to 25 days, claimed up to 30 days after discharge; the stay counts at its end."""
    rng = seen.chunk.rng
    end = seen.day + rng.integers(2, 26, len(seen))
    return rows(seen.who, seen.day, 0, end=end, arrival=end + rng.integers(0, 31, len(seen)))


def _outpatient(seen: Traces) -> Rows:
    """People at home with a phone are seen by face or code, the others by card."""
    digital, chance = seen.digital[seen.who], seen.chunk.rng.random(len(seen))
    code = np.where(chance < 0.16 * digital, 0, np.where(chance < 0.91 * digital, 1, 2))
    return rows(seen.who, seen.day, code)


def _household(seen: Traces) -> Rows:
    rng = seen.chunk.rng
    code = np.array([0, 0, 0, 0, 0, 0, 1, 2, 4, 4])[rng.integers(0, 10, len(seen))]
    return rows(seen.who, seen.day, code, arrival=seen.day + rng.integers(0, 15, len(seen)))


SHAPES: dict[str, Shape] = {
    "police_household": _household, "police_border": _border, "police_idcard": _coded(0.08),
    "civil_marriage": _coded(1.0), "civil_elderly": _coded(0.45), "health_visit": _coded(0.60),
    "insurance_inpatient": _hospital, "insurance_outpatient": _outpatient, "insurance_pharmacy": _coded(1.0),
    "transport_trip": _coded(0.60), "gov_login": _coded(0.35),
}  # fmt: skip
WEAK: dict[str, tuple[int, ...]] = {
    "police_idcard": (1,), "civil_elderly": (0,), "insurance_outpatient": (2,), "insurance_pharmacy": (0,),
    "transport_trip": (1,), "gov_login": (1,),
}  # fmt: skip
"""Codes that are weak (P3) life signs, by feed: people shut in before their death leave none of them."""


def quiet(chunk: Chunk, who: Ints, before_death: int) -> None:
    """The given dead left no weak life sign in the last `before_death` days of their lives."""
    dead = who[chunk.people.death[who] < NEVER]
    chunk.people.weak_until[dead] = chunk.people.death[dead] - before_death
