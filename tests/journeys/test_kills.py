"""kill -9 at any moment: the earlier result stays, and the next run ends as if nothing had been."""

from pathlib import Path

from tests.journeys.conftest import Office
from tests.soak.kill_runs import Place, survived


def test_a_killed_run_is_survived(office: Office, tmp_path: Path) -> None:
    lines = list(survived(Place(office.province, tmp_path), kills=1, seed=7, kills_per_store=1))
    assert len(lines) == 2
    assert all(line.endswith("survived") for line in lines[1:])
