"""Traps of identity: numbers mistyped, missing, shared or of the old form, and names in another script."""

import numpy as np
import pyarrow as pa

from anling.synthesis.chunk import CREMATION, DEATH_FEEDS, HEALTH, POLICE, Chunk
from anling.synthesis.columns import NEVER, Ints
from anling.synthesis.loss import days
from anling.synthesis.naming import traditional
from anling.synthesis.numbers import RESIDENT
from anling.synthesis.rows import MISSING, rows
from anling.synthesis.writing import fifteen, mistype

CARD = 2


def _one_report(chunk: Chunk, who: Ints) -> tuple[Ints, Ints, Ints]:
    """The people with a report, its row and its source: police, health or cremation, whichever was sent first in line.

    For half of them the other sources stay silent, so that the faulty report is all there is.
    """
    reports, rng = chunk.deaths, chunk.rng
    places = reports.of(who)
    choices = np.array([CREMATION, POLICE, HEALTH])[rng.permuted(np.tile(np.arange(3), (len(who), 1)), axis=1)]
    sent = np.take_along_axis(reports.sent[places], choices, axis=1)
    source = choices[np.arange(len(who)), sent.argmax(axis=1)]
    chosen = sent.any(axis=1) & (chunk.people.id_type[who] == RESIDENT)
    who, places, source = who[chosen], places[chosen], source[chosen]
    alone = rng.random(len(who)) < 0.5
    others = np.arange(len(DEATH_FEEDS))[None, :] != source[:, None]
    reports.sent[places] &= ~(others & alone[:, None])
    return who, places, source


def mistyped_death(chunk: Chunk, who: Ints) -> Ints:
    """One character or one adjacent swap wrong in one department's record of the death."""
    who, places, source = _one_report(chunk, who)
    wrong = [mistype(chunk.rng, chunk.number_of(person)) for person in who.tolist()]
    chunk.deaths.number[places, source] = chunk.numbers.add(wrong)
    return who


def death_without_number(chunk: Chunk, who: Ints) -> Ints:
    """One department's record of the death has no number: name, birth date and sex are all it says."""
    who, places, source = _one_report(chunk, who)
    chunk.deaths.number[places, source] = MISSING
    return who


def death_wrong_name(chunk: Chunk, who: Ints) -> Ints:
    """One department's record of the death has the number of the dead and the name of a relative."""
    who, places, source = _one_report(chunk, who)
    names = chunk.people.relatives.take(pa.array(who)).to_pylist()
    chunk.deaths.name[places, source] = chunk.names.add(names)
    return who


def script_variant(chunk: Chunk, who: Ints) -> Ints:
    """Roster and departments write the name in different scripts; either side may be the traditional one."""
    fitting = [person for person in who.tolist() if traditional(chunk.name_of(person)) != chunk.name_of(person)]
    for person in fitting:
        other = traditional(chunk.name_of(person))
        if person % 2:
            chunk.roster_name[person] = other
        else:
            chunk.feed_name[person] = int(chunk.names.add([other])[0])
    return np.array(fitting, dtype=np.int64)


def fifteen_digits(chunk: Chunk, who: Ints) -> Ints:
    """The number of fifteen digits: on the roster, or in every feed. It is the same number."""
    fitting: Ints = who[chunk.people.id_type[who] == RESIDENT]
    for person in fitting.tolist():
        short = fifteen(chunk.number_of(person))
        if person % 2:
            chunk.roster_number[person] = short
        else:
            chunk.feed_number[person] = int(chunk.numbers.add([short], [person])[0])
    return fitting


def roster_id_invalid(chunk: Chunk, who: Ints) -> Ints:
    """The roster's own number is mistyped: nothing can be tied to the person."""
    fitting: Ints = who[chunk.people.id_type[who] == RESIDENT]
    for person in fitting.tolist():
        chunk.roster_number[person] = mistype(chunk.rng, chunk.number_of(person))
    chunk.people.invalid_number[fitting] = True
    return fitting


def _pairs(who: Ints) -> tuple[Ints, Ints]:
    half = len(who) // 2
    return who[:half], who[half : 2 * half]


def shared_number(chunk: Chunk, who: Ints) -> Ints:
    """Two living people with different names were once issued the same number."""
    first, second = _pairs(who)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        number = chunk.number_of(one)
        chunk.roster_number[other] = number
        chunk.feed_number[other] = int(chunk.numbers.add([number], [other])[0])
    return np.concatenate([first, second])


def double_roster(chunk: Chunk, who: Ints) -> Ints:
    """One human being under two person numbers, perhaps in two cities: same number, same name."""
    first, second = _pairs(who)
    people = chunk.people
    people.shadow_of[second] = first
    people.birth[second], people.sex[second] = people.birth[first], people.sex[first]
    people.id_type[second] = people.id_type[first]
    people.death[second] = NEVER
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        chunk.roster_number[other] = chunk.number_of(one)
        chunk.roster_name[other] = chunk.name_of(one)
    return np.concatenate([first, second])


def life_other_name(chunk: Chunk, who: Ints) -> Ints:
    """A relative was registered at a clinic under the person's number."""
    names = chunk.names.add(chunk.people.relatives.take(pa.array(who)).to_pylist())
    for _ in range(2):
        chunk.plant("insurance_outpatient", rows(who, days(chunk, len(who)), CARD, name=names, fixed=True))
    return who
