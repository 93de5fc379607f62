"""One comparison of eighty small worlds full of edge cases, shared by the tests of what people read."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from anling.comparison.explain import PersonAccount, RunFolder, open_run
from anling.comparison.explain.explaining import account
from anling.comparison.explain.material import fetch
from anling.comparison.run import compare
from anling.policy import Policy, load
from tests.support.files import write_world
from tests.support.generate import build_world, merged
from tests.support.pick import Seeded
from tests.support.world import World

AS_OF = date(2024, 5, 31)


@dataclass(frozen=True)
class Crowd:
    """A run, and the account of everybody in it."""

    run: RunFolder
    people: tuple[PersonAccount, ...]


def compared(world: World, folder: Path, policy: Policy, list_format: str = "csv") -> Path:
    roster, feeds = write_world(world, folder)
    out = folder / "run"
    compare(
        roster=roster,
        feeds=feeds,
        as_of=world.as_of,
        out=out,
        store=folder / "store",
        policy=policy,
        max_rejected=1.0,
        list_format=list_format,
    )
    return out


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load()


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> Crowd:
    world = merged([build_world(Seeded(7000 + index), AS_OF, index) for index in range(160)])
    run = open_run(compared(world, tmp_path_factory.mktemp("crowd"), policy), policy)
    return Crowd(run, tuple(account(run, material) for material in fetch(run, None)))
