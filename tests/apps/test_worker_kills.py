"""A real worker, and a server with its worker, killed in every step from roster to cases: the tables end the same."""

from pathlib import Path

import pytest

from anling.synthesis import generate
from tests.soak.kill_worker import DATABASE, SERVED, WORKER, Course, Kill, ended, fresh, walk
from tests.support.content import differences

PEOPLE = 60
KILLED = {"check": WORKER, "apply": DATABASE, "compare": SERVED, "what_if": WORKER, "adopt": WORKER}


def _walked(course: Course, seconds: float | None) -> list[str]:
    """A course, in which every step but the many deliveries has its worker killed so soon after it has begun.

    The database is killed sooner: the shortest job has to be hit.
    """

    def kills(step: str) -> list[Kill]:
        if seconds is None or step not in KILLED:
            return []
        return [(seconds / 5 if KILLED[step] == DATABASE else seconds, KILLED[step])]

    return [line for line in walk(course, kills) if "kill in" in line]


@pytest.mark.usefixtures("flushed")
@pytest.mark.timeout(400)
def test_killed_in_every_step_a_province_ends_as_if_nobody_had_been(tmp_path: Path) -> None:
    made = tmp_path / "made"
    generate(people=PEOPLE, seed=4, out=made)
    for extra in sorted((made / "feeds").iterdir())[2:]:
        for file in extra.iterdir():
            file.unlink()
    with fresh(made) as course:
        assert _walked(course, None) == []
        wanted, wrong = ended()
    assert wrong == []
    assert not wanted["roster_benefit"].startswith("0 rows")
    with fresh(made) as course:
        killed = _walked(course, 0.15)
        held, wrong = ended()
    assert (wrong, differences(wanted, held)) == ([], [])
    assert any(", 1 jobs left" in line for line in killed), "kills have to fall into the work"
