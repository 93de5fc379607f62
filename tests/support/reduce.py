"""Makes a failing world small, row by row, and prints what is left. For runs too big for Hypothesis to shrink."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.support.world import Batch, Row, World

Fails = Callable[[World], bool]


def reduced(islands: Sequence[World], merge: Callable[[Sequence[World]], World], fails: Fails) -> World:
    """The first island that fails alone, else all of them merged; then without every row that is not needed."""
    alone = (merge([island]) for island in islands)
    world = next((island for island in alone if fails(island)), None) or merge(islands)
    return without_roster_rows(without_feed_rows(world, fails), fails) if len(world.roster) < 50 else world


def without_feed_rows(world: World, fails: Fails) -> World:
    for batch in world.batches:
        for row in batch.rows:
            smaller = drop_feed_row(world, batch, row)
            world = smaller if fails(smaller) else world
    return world


def drop_feed_row(world: World, batch: Batch, row: Row) -> World:
    batches = (
        replace(one, rows=tuple(other for other in one.rows if other is not row))
        if (one.feed, one.name) == (batch.feed, batch.name)
        else one
        for one in world.batches
    )
    return replace(world, batches=tuple(one for one in batches if one.rows))


def without_roster_rows(world: World, fails: Fails) -> World:
    for row in world.roster:
        smaller = replace(world, roster=tuple(other for other in world.roster if other is not row))
        world = smaller if smaller.roster and fails(smaller) else world
    return world


def shown(world: World) -> str:
    lines = [f"as of {world.as_of}", *(str(row) for row in world.roster)]
    for batch in world.batches:
        lines += [f"{batch.feed}/{batch.name} delivered {batch.delivered_at}: {row}" for row in batch.rows]
    return "\n".join(lines)
