"""ID numbers made up in bulk: valid check characters (ISO 7064 MOD 11-2), no number twice in a province.

No number is repeated because the order digits are dealt out: the chunk with number c may only use order pairs whose
half is congruent to c, so that two chunks can never meet; inside a chunk repeats are drawn again.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from anling.synthesis.columns import Bytes, Ints, digits, text_of, year_month_day

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
CHECK_CHARACTERS = np.frombuffer(b"10X98765432", dtype=np.uint8)
HALVES = 500
MOST_CHUNKS = 124

ID_TYPES = ("01", "17", "04", "05", "06", "07", "08", "16", "99")
RESIDENT, PERMIT, HONGKONG, MACAO, TAIWAN, PERMANENT, FOREIGN, CHINESE, OTHER = range(9)
ID_TYPE_SHARES = np.array([0.9928, 0.0025, 0.0018, 0.0007, 0.0008, 0.0006, 0.0003, 0.0004, 0.0001])
"""Papers of pension recipients by type: assumptions."""


def check_characters(first17: Bytes) -> Bytes:
    """The 18th character (ASCII code) for each row of 17 digits 0–9."""
    characters: Bytes = CHECK_CHARACTERS[(first17.astype(np.int32) @ WEIGHTS) % 11]
    return characters


def eighteen(area: Ints, birth: Ints, order: Ints) -> Bytes:
    """ASCII codes of 18-character numbers from area (6 digits), birth day number and order (0–999)."""
    year, month, day = year_month_day(birth)
    first17 = np.concatenate([digits(area, 6), digits(year * 10000 + month * 100 + day, 8), digits(order, 3)], axis=1)
    return np.concatenate([first17 + np.uint8(ord("0")), check_characters(first17)[:, None]], axis=1)


@dataclass(frozen=True)
class OrderSlots:
    """Which order numbers a chunk may give out, so that no two chunks of `chunks` can make the same number.

    `chunk` == `chunks` is the slot of people who are not on the roster.
    """

    chunk: int
    chunks: int

    def __post_init__(self) -> None:
        if not 0 <= self.chunk <= self.chunks <= MOST_CHUNKS:
            raise ValueError(f"a province has at most {MOST_CHUNKS} chunks, and chunk {self.chunk} must be one of them")

    def draw(self, rng: np.random.Generator, sex: Ints) -> Ints:
        """An order number for each person: odd for men, even for women."""
        step = self.chunks + 1
        half = self.chunk + step * rng.integers(0, HALVES // step, len(sex))
        order: Ints = 2 * half + (sex == 1)
        return order


def distinct_orders(rng: np.random.Generator, slots: OrderSlots, area: Ints, birth: Ints, sex: Ints) -> Ints:
    """Order numbers such that no (area, birth, order) occurs twice.

    Raises ValueError when the slots are used up (a province far larger than 15 million people).
    """
    order = slots.draw(rng, sex)
    place = (area.astype(np.int64) * 100_000 + birth + 50_000) * 1000
    for _ in range(200):
        _, first = np.unique(place + order, return_index=True)
        if len(first) == len(order):
            return order
        again = np.ones(len(order), dtype=np.bool_)
        again[first] = False
        order[again] = slots.draw(rng, sex[again])
    raise ValueError("no free order numbers are left for one birth date and area: ask for fewer people")


def documents(id_type: Ints, serial: Ints, new_card: Bytes) -> Bytes:
    """Numbers of papers other than the resident ID: (n, 18) ASCII codes, 0 beyond the end.

    `serial` (below 10^8) makes them distinct; `new_card` holds the 18-character form for holders of a card of 2023.
    """
    papers = np.zeros((len(id_type), 18), dtype=np.uint8)
    eight = digits(serial % 100_000_000, 8) + np.uint8(ord("0"))
    for kind, letter in ((HONGKONG, b"H"), (MACAO, b"M"), (FOREIGN, b"G"), (CHINESE, b"E"), (OTHER, b"Z")):
        chosen = id_type == kind
        papers[chosen, 0] = letter[0]
        papers[chosen, 1:9] = eight[chosen]
    papers[id_type == TAIWAN, :8] = eight[id_type == TAIWAN]
    old_card = id_type == PERMANENT
    papers[old_card, :3] = np.frombuffer(b"VNM", dtype=np.uint8)
    papers[old_card, 3:15] = digits(serial[old_card], 12) + np.uint8(ord("0"))
    carries_eighteen = (id_type == RESIDENT) | (id_type == PERMIT) | (old_card & (serial % 2 == 0))
    return np.where(carries_eighteen[:, None], new_card, papers).astype(np.uint8)


def as_text(characters: Bytes) -> pa.Array:
    """The numbers as strings."""
    return text_of(characters)
