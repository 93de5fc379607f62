"""The year from its first day to the checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.told import told as notices
from tests.support.told import untold
from tests.support.year import checks
from tests.support.year.office import YearOffice, on
from tests.support.year.world import FIRST, World

MONTHS = 12


def year(folder: Path, people: int, seed: int, told: Callable[[str], None]) -> list[str]:
    """Every sentence about something that does not hold after twelve months."""
    world = World.make(folder, people, seed)
    told("the world is made")
    office = YearOffice.open(world, told)
    told("the roster is imported")
    runs = [office.month(FIRST + place) for place in range(MONTHS)]
    last = FIRST + (MONTHS - 1)
    found = [*checks.stops(runs), *checks.living(office), *checks.books(office, last, on(last, 28)), *untold()]
    told(f"told: {notices()}")
    found += checks.results()
    told(f"not done: {dict(office.pay_system.not_done)}, taken out: {office.taken_out}")
    if not office.blind:
        found.append("no month without a needed source: the outage was not noticed")
    return found
