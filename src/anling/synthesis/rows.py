"""Feed rows before they are written: arrays that point at a person, at a number and at a name."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

import numpy as np
import pyarrow as pa

from anling.synthesis.columns import Bools, Ints

NO_DAY = -(2**30)
MISSING = -1


@dataclass
class Rows:
    """Rows of one feed.

    `who` is the person described (birth date, sex, region), `number` and `name` point into the chunk's texts (−1:
    empty), `day` is the event date, `end` the end date (NO_DAY: empty), `arrival` the day on which the department
    records the row, `code` a position in the feed's codes, `fixed` marks rows that noise leaves alone.
    """

    who: Ints
    number: Ints
    name: Ints
    day: Ints
    end: Ints
    arrival: Ints
    code: Ints
    fixed: Bools

    def __len__(self) -> int:
        return len(self.who)

    def where(self, chosen: Ints | Bools) -> "Rows":
        """The rows chosen by positions or by a mask."""
        return Rows(*(getattr(self, column.name)[chosen] for column in fields(self)))


def rows(
    who: Ints, day: Ints, code: Ints | int, *, arrival: Ints | None = None, end: Ints | None = None,
    number: Ints | None = None, name: Ints | None = None, fixed: bool = False,
) -> Rows:  # fmt: skip
    """Rows about `who` under their own number and name unless others are given; they arrive on their day by default."""
    count = len(who)
    codes = np.full(count, code) if isinstance(code, int) else code
    return Rows(
        who=who, number=who if number is None else number, name=who if name is None else name, day=day,
        end=np.full(count, NO_DAY) if end is None else end, arrival=day if arrival is None else arrival, code=codes,
        fixed=np.full(count, fixed),
    )  # fmt: skip


def join(parts: Iterable[Rows]) -> Rows:
    """All rows of the parts, in order."""
    listed = list(parts)
    if not listed:
        return rows(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0)
    return Rows(*(np.concatenate([getattr(part, column.name) for part in listed]) for column in fields(Rows)))


@dataclass
class Texts:
    """Strings that rows point at: first one per person, then whatever was added, each with the person it denotes."""

    base: pa.Array
    added: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)

    def add(self, strings: Iterable[str], owners: Iterable[int] | None = None) -> Ints:
        """Add strings and return the positions that point at them.

        `owners` tells whom each string denotes exactly (another way of writing the same number or name); without it
        the strings denote nobody.
        """
        start = len(self.base) + len(self.added)
        self.added.extend(strings)
        total = len(self.base) + len(self.added)
        self.owners.extend(owners if owners is not None else [MISSING] * (total - start))
        return np.arange(start, total)

    def at(self, positions: Ints) -> pa.Array:
        """The strings at the positions; null where a position is MISSING."""
        pool = pa.concat_arrays([self.base, pa.array(self.added, type=pa.string())]) if self.added else self.base
        return pool.take(pa.array(positions, mask=positions == MISSING))

    def denotes(self, positions: Ints) -> Ints:
        """The person that each position denotes exactly, MISSING where none."""
        owner = np.concatenate([np.arange(len(self.base)), np.array(self.owners, dtype=np.int64), [MISSING]])
        return owner[positions]

    def text(self, position: int) -> str:
        """One string."""
        if position < len(self.base):
            return str(self.base[position].as_py())
        return self.added[position - len(self.base)]
