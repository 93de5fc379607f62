"""kill -9 at any moment: the earlier result stays, and the next run ends as if nothing had been."""

from pathlib import Path

from tests.journeys.conftest import Office
from tests.soak.kill_runs import Place, survived


def test_three_killed_runs_are_survived(office: Office, tmp_path: Path) -> None:
    lines = list(survived(Place(office.province, tmp_path), kills=3, seed=7, kills_per_store=3))
    assert len(lines) == 4
    assert all(line.endswith("survived") for line in lines[1:])
