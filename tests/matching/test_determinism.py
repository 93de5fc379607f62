"""The same inputs give the same rows in the same order, whatever threads, slices, or order of the input rows."""

from dataclasses import replace
from datetime import date

import pytest

from anling import policy
from tests.support import engine
from tests.support.generate import build_world, merged
from tests.support.pick import Seeded
from tests.support.reference import Result
from tests.support.world import World

AS_OF = date(2024, 5, 31)
POLICY = policy.load()


@pytest.fixture(scope="module")
def world() -> World:
    return merged([build_world(Seeded(1000 + index), AS_OF, index) for index in range(300)])


@pytest.fixture(scope="module")
def on_one_thread(world: World) -> Result:
    return engine.run(world, POLICY, threads=1)


def test_threads_change_nothing(world: World, on_one_thread: Result) -> None:
    assert engine.run(world, POLICY, threads=2) == on_one_thread


def test_the_order_of_the_input_rows_changes_nothing(world: World, on_one_thread: Result) -> None:
    batches = tuple(replace(batch, rows=batch.rows[::-1]) for batch in world.batches[::-1])
    turned = replace(world, roster=world.roster[::-1], batches=batches)
    assert engine.run(turned, POLICY, threads=2) == on_one_thread


@pytest.mark.parametrize("people", [1, 60, 500])
def test_where_the_slices_are_cut_changes_nothing(world: World, on_one_thread: Result, people: int) -> None:
    few = merged([build_world(Seeded(1000 + index), AS_OF, index) for index in range(12)]) if people == 1 else world
    whole = engine.run(few, POLICY) if people == 1 else on_one_thread
    assert engine.run(few, POLICY, people_per_slice=people) == whole
