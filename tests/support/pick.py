"""Where a generated world gets its choices from: Hypothesis (one world, shrinks well) or a seed (many, cheap)."""

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Pick(Protocol):
    """A source of whole numbers; the smallest is the simplest."""

    def integer(self, lowest: int, highest: int) -> int: ...


class Drawn:
    """Choices drawn from Hypothesis, so that a failing world shrinks."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, lowest: int, highest: int) -> int:
        return self._draw(st.integers(lowest, highest))


class Seeded:
    """Choices from a seed: too many for Hypothesis to keep, so `reduce` shrinks the finished world instead."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def integer(self, lowest: int, highest: int) -> int:
        return self._random.randint(lowest, highest)


def one(pick: Pick, options: Sequence[T]) -> T:
    return options[pick.integer(0, len(options) - 1)]


def chance(pick: Pick, percent: int) -> bool:
    return pick.integer(0, 99) >= 100 - percent


def usually(pick: Pick, percent: int, common: T, others: Sequence[T]) -> T:
    return one(pick, others) if chance(pick, 100 - percent) else common
