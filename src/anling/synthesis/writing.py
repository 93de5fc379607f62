"""How clerks and systems write a number or a name: other forms of the same, and slips of the hand.

Every department writes most rows plainly. A small share arrives in another form that denotes the same person, and a
smaller one with a slip. The shares are assumptions.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import Ints
from anling.synthesis.name_tables import DOTS, RARE
from anling.synthesis.naming import traditional
from anling.synthesis.numbers import RESIDENT
from anling.synthesis.rows import MISSING, Rows

NUMBER_FORMS, NUMBER_SLIPS, NUMBER_MISSING = 0.004, 0.0015, 0.001
NAME_FORMS, NAME_SCRIPTS, NAME_OTHERS = 0.003, 0.002, 0.00005
"""Shares of a department's rows: assumptions."""
UNREADABLE_SHARE = 0.3
UNREADABLE = ("?", "〇", "*", "\ue123", "\ufffd")
WIDE = {ord(character): chr(ord(character) + 0xFEE0) for character in "0123456789X"}


def fifteen(number: str) -> str:
    """The old form of an 18-character number: without the century and the check character."""
    return number[:6] + number[8:17]


def mistype(rng: np.random.Generator, number: str) -> str:
    """The number with one digit wrong, or two neighbours swapped. It always fails its check."""
    places = [i for i in range(16) if number[i] != number[i + 1]]
    if rng.random() < 0.4 and places:
        i = places[int(rng.integers(0, len(places)))]
        return number[:i] + number[i + 1] + number[i] + number[i + 2 :]
    i = int(rng.integers(0, 17))
    return number[:i] + str((int(number[i]) + int(rng.integers(1, 10))) % 10) + number[i + 1 :]


def rewrite_number(rng: np.random.Generator, number: str) -> str:
    """The same number in another form: full width, lower-case x, blanks, fifteen digits."""
    form = int(rng.integers(0, 4))
    if form == 0:
        return number.translate(WIDE)
    if form == 1 and number.endswith("X"):
        return number.lower()
    if form == 2 and "1900" <= number[6:10] <= "1999":
        return fifteen(number)
    return f"{number[:6]} {number[6:14]} {number[14:]}"


def rewrite_name(rng: np.random.Generator, name: str) -> str:
    """The same name in another form: another middle dot, lower-case Latin, blanks."""
    if "·" in name:
        return name.replace("·", DOTS[int(rng.integers(0, len(DOTS)))])
    if name.isascii():
        return name.lower()
    return f"{name[0]} {name[1:]}" if rng.random() < 0.5 else f" {name}　"


def unreadable(rng: np.random.Generator, name: str) -> str:
    """The name with its rare characters lost, as a system without the font writes it."""
    sign = UNREADABLE[int(rng.integers(0, len(UNREADABLE)))]
    return "".join(sign if character in RARE else character for character in name)


def as_written(chunk: Chunk, rows: Rows) -> Rows:
    """The rows as the department writes them: under the number and name it knows, with forms and slips."""
    known = replace(rows, number=_known(rows.number, chunk.feed_number), name=_known(rows.name, chunk.feed_name))
    _numbers(chunk, known)
    _names(chunk, known)
    return known


def _known(positions: Ints, replaced: dict[int, int]) -> Ints:
    """Positions after the replacements that hold in every feed."""
    if not replaced:
        return positions.copy()
    people = np.array(sorted(replaced))
    texts = np.array([replaced[person] for person in people.tolist()])
    place = np.minimum(np.searchsorted(people, positions), len(people) - 1)
    return np.where(people[place] == positions, texts[place], positions)


def _some(chunk: Chunk, rows: Rows, share: float) -> Ints:
    """Positions of a share of the rows that may be rewritten."""
    count = min(int(chunk.rng.poisson(len(rows) * share)), len(rows))
    chosen = np.unique(chunk.rng.integers(0, max(len(rows), 1), count))
    free: Ints = chosen[~rows.fixed[chosen] & (rows.number[chosen] == rows.who[chosen])]
    return free


def _numbers(chunk: Chunk, rows: Rows) -> None:
    resident = chunk.people.id_type == RESIDENT
    forms = _some(chunk, rows, NUMBER_FORMS)
    forms = forms[resident[rows.who[forms]]]
    people = rows.who[forms].tolist()
    texts = [rewrite_number(chunk.rng, chunk.number_of(person)) for person in people]
    rows.number[forms] = chunk.numbers.add(texts, people)
    slips = _some(chunk, rows, NUMBER_SLIPS)
    slips = slips[resident[rows.who[slips]]]
    rows.number[slips] = chunk.numbers.add(
        mistype(chunk.rng, chunk.number_of(person)) for person in rows.who[slips].tolist()
    )
    rows.number[_some(chunk, rows, NUMBER_MISSING)] = MISSING


def _names(chunk: Chunk, rows: Rows) -> None:
    forms = _some(chunk, rows, NAME_FORMS)
    _rename(chunk, rows, forms, [rewrite_name(chunk.rng, chunk.name_of(at)) for at in rows.name[forms].tolist()], True)
    scripts = _some(chunk, rows, NAME_SCRIPTS)
    _rename(chunk, rows, scripts, [traditional(chunk.name_of(at)) for at in rows.name[scripts].tolist()], False)
    others = _some(chunk, rows, NAME_OTHERS)
    _rename(chunk, rows, others, chunk.people.relatives.take(pa.array(rows.who[others])).to_pylist(), False)
    lost = np.flatnonzero(chunk.rare[rows.who] & ~rows.fixed)
    lost = lost[chunk.rng.random(len(lost)) < UNREADABLE_SHARE]
    _rename(chunk, rows, lost, [unreadable(chunk.rng, chunk.name_of(at)) for at in rows.name[lost].tolist()], False)


def _rename(chunk: Chunk, rows: Rows, places: Ints, texts: list[str], same: bool) -> None:
    """Write other names in some rows; `same` says that they denote whomever the old ones did."""
    owners = chunk.names.denotes(rows.name[places]).tolist() if same else None
    rows.name[places] = chunk.names.add(texts, owners)
