"""Names drawn in bulk: everyday Han names, rare characters, ethnic names with a middle dot, Latin names."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anling.synthesis.columns import Ints, pick
from anling.synthesis.name_tables import ETHNIC, LATIN, MEN, RARE, SURNAMES, TRADITIONAL, WOMEN

RARE_SHARE, ETHNIC_SHARE = 0.0004, 0.0006
"""Share of people whose name holds a rare character, or is an ethnic one: assumptions."""
ONE_CHARACTER_SHARE = 0.12

_SURNAMES = tuple(SURNAMES)
_SURNAME_WEIGHTS = np.array(tuple(SURNAMES.values()))
_RARE_NAMES = tuple(surname + rare for surname in _SURNAMES[:40] for rare in RARE)
_SPECIAL = _RARE_NAMES + ETHNIC + LATIN
_ETHNIC_FROM, _LATIN_FROM = len(_RARE_NAMES), len(_RARE_NAMES) + len(ETHNIC)


def traditional(text: str) -> str:
    """The traditional form of a simplified name, character by character; unknown characters stay."""
    for word in ("欧阳", "诸葛"):
        text = text.replace(word, TRADITIONAL[word])
    return "".join(TRADITIONAL.get(character, character) for character in text)


@dataclass(frozen=True)
class Names:
    """The names of n people and, for a relative who borrows a card, another member's name of the same surname."""

    own: pa.Array
    relative: pa.Array


def _given(rng: np.random.Generator, sex: Ints, *, may_be_empty: bool) -> pa.Array:
    pool = pa.array([*MEN, *WOMEN, ""])
    choice = np.where(sex == 1, rng.integers(0, len(MEN), len(sex)), len(MEN) + rng.integers(0, len(WOMEN), len(sex)))
    if may_be_empty:
        choice = np.where(rng.random(len(sex)) < ONE_CHARACTER_SHARE, len(MEN) + len(WOMEN), choice)
    return pool.take(pa.array(choice))


def draw_names(rng: np.random.Generator, sex: Ints, foreign: Ints) -> Names:
    """A name for each person of that sex; `foreign` people get Latin ones."""
    count = len(sex)
    surnames = pa.array(_SURNAMES).take(pa.array(pick(rng, _SURNAME_WEIGHTS, count)))
    everyday = _han(rng, surnames, sex)
    relative = _han(rng, surnames, 3 - sex)
    chance = rng.random(count)
    special = np.where(chance < RARE_SHARE, rng.integers(0, _ETHNIC_FROM, count), -1)
    ethnic = (chance >= RARE_SHARE) & (chance < RARE_SHARE + ETHNIC_SHARE)
    special = np.where(ethnic, rng.integers(_ETHNIC_FROM, _LATIN_FROM, count), special)
    special = np.where(foreign, rng.integers(_LATIN_FROM, len(_SPECIAL), count), special)
    position = np.where(special >= 0, count + special, np.arange(count))
    return Names(pa.concat_arrays([everyday, pa.array(_SPECIAL)]).take(pa.array(position)), relative)


def _han(rng: np.random.Generator, surnames: pa.Array, sex: Ints) -> pa.Array:
    first, second = _given(rng, sex, may_be_empty=False), _given(rng, sex, may_be_empty=True)
    return pc.binary_join_element_wise(surnames, first, second, "")
