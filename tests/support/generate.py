"""Small worlds for Hypothesis: few people, many edge cases. Many worlds can be merged into one run of an engine."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.support.people import Place, residents
from tests.support.pick import Drawn, Pick, Seeded, chance, one, usually
from tests.support.signs import Sheet, scene
from tests.support.table import DEPARTMENTS
from tests.support.world import Batch, Row, World

AS_OF_DATES = (
    *(date(2024, 5, 31), date(2024, 2, 29), date(2023, 3, 1), date(2022, 2, 28), date(2022, 3, 1)),
    *(date(2021, 1, 31), date(2020, 12, 31), date(2025, 2, 28)),
)
MOST_PEOPLE, MOST_SCENES, MOST_RECORDS = 8, 12, 25
BATCHES = ("2-on-the-day", "1-early", "3-late")
Placed = tuple[str, Sheet]


def build_world(pick: Pick, as_of: date, index: int = 0) -> World:
    """One world of 1 to 8 people and at most 25 records, strangers to the worlds of another index."""
    crowd = min(pick.integer(1, MOST_PEOPLE), pick.integer(1, MOST_PEOPLE))
    people = residents(pick, Place(index, as_of), crowd)
    story, calm = max(pick.integer(0, MOST_SCENES), pick.integer(0, MOST_SCENES)), chance(pick, 40)
    scenes = [scene(pick, people, as_of, calm) for _ in range(story)]
    sheets = [sheet for group in scenes for sheet in group][:MOST_RECORDS]
    placed = [(usually(pick, 85, BATCHES[0], BATCHES[1:]), sheet) for sheet in sheets]
    roster = shuffled(pick, [row for person in people for row in person.rows])
    return World(as_of, tuple(roster), in_batches(placed, as_of, index), name=str(index))


def shuffled(pick: Pick, rows: list[Row]) -> list[Row]:
    return rows if pick.integer(0, 1) == 0 else rows[::-1]


def in_batches(placed: Iterable[Placed], as_of: date, index: int) -> tuple[Batch, ...]:
    grouped: dict[tuple[str, str], list[Row]] = {}
    for name, sheet in placed:
        rows = grouped.setdefault((sheet.feed, name), [])
        rows.append({"row_id": f"{index}-{len(rows)}", **sheet.row})
    return tuple(batch_of(feed, name, rows, as_of) for (feed, name), rows in sorted(grouped.items()))


def batch_of(feed: str, name: str, rows: Sequence[Row], as_of: date) -> Batch:
    """The early batch comes twenty days before, the late one in the first minute after the as-of date."""
    foreign_clock = list(DEPARTMENTS).index(feed) % 2 == 1
    moments = {
        "1-early": f"{as_of - timedelta(days=20)}T09:00:00+08:00",
        "2-on-the-day": f"{as_of}T15:59:59+00:00" if foreign_clock else f"{as_of}T23:59:59+08:00",
        "3-late": f"{as_of}T16:00:00+00:00" if foreign_clock else f"{as_of + timedelta(days=1)}T00:00:00+08:00",
    }
    return Batch(feed, name, moments[name], tuple(rows))


def merged(worlds: Sequence[World]) -> World:
    """Several worlds of one as-of date as one: one roster, one file per feed and batch."""
    (as_of,) = {world.as_of for world in worlds}
    grouped: dict[tuple[str, str], list[Row]] = {}
    for world in worlds:
        for batch in world.batches:
            grouped.setdefault((batch.feed, batch.name), []).extend(batch.rows)
    batches = tuple(batch_of(feed, name, rows, as_of) for (feed, name), rows in sorted(grouped.items()))
    return World(as_of, tuple(row for world in worlds for row in world.roster), batches, "merged")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One small world that shrinks choice by choice."""
    pick = Drawn(draw)
    return build_world(pick, one(pick, AS_OF_DATES))


@st.composite
def archipelagos(draw: st.DrawFn, islands: int = 80) -> tuple[World, ...]:
    """Many worlds of one as-of date, each from its own seed; merge them to give an engine one big run."""
    as_of = draw(st.sampled_from(AS_OF_DATES))
    seeds = draw(st.lists(st.integers(0, 2**32 - 1), min_size=islands, max_size=islands))
    return tuple(build_world(Seeded(seed + index), as_of, index) for index, seed in enumerate(seeds))
