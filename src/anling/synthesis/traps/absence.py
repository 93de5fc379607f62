"""Traps of absence: alive abroad without a trace, or dead for decades without a report."""

import numpy as np

from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import Ints
from anling.synthesis.loss import days
from anling.synthesis.numbers import RESIDENT, eighteen
from anling.synthesis.rows import rows

EMIGRATED, EXIT = 3, 1


def emigrated(chunk: Chunk, who: Ints) -> Ints:
    """The household entry is cancelled for emigration: no loss, but no trace at home any more."""
    day = days(chunk, len(who), until=20)
    chunk.plant("police_household", rows(who, day, EMIGRATED, fixed=True))
    chunk.people.abroad_from[who] = day - 200
    return who


def exit_no_entry(chunk: Chunk, who: Ints) -> Ints:
    """Left the country over a year ago and has not come back; the exit reached the first batch a little late."""
    day = chunk.when.last - chunk.rng.integers(367, 420, len(who))
    arrival = np.maximum(day, chunk.when.first) + chunk.rng.integers(0, 20, len(who))
    chunk.plant("police_border", rows(who, day, EXIT, arrival=arrival, fixed=True))
    chunk.people.abroad_from[who] = day
    return who


def over_110(chunk: Chunk, who: Ints) -> Ints:
    """Died five to thirty years ago and nobody told; the roster shows a person of 110 to 116 years."""
    people, rng = chunk.people, chunk.rng
    who = who[people.id_type[who] == RESIDENT]
    people.birth[who] = chunk.when.last - rng.integers(40_250, 42_500, len(who))
    people.death[who] = chunk.when.last - rng.integers(1_900, 11_000, len(who))
    figures = people.papers[who].astype(np.int64) - ord("0")
    area = figures[:, :6] @ 10 ** np.arange(5, -1, -1)
    order = figures[:, 14:17] @ 10 ** np.arange(2, -1, -1)
    written = eighteen(area, people.birth[who], order)
    for person, characters in zip(who.tolist(), written, strict=True):
        chunk.roster_number[person] = characters.tobytes().decode("ascii")
    return who
