"""Ctrl-C and termination leave nothing half written, and the next run completes (contracts.md, exit status)."""

import signal
from pathlib import Path

import pytest

from tests.journeys.conftest import Compared, Office

INTERRUPTED = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize(
    ("number", "stage"),
    [
        (signal.SIGINT, "roster.parquet"),
        (signal.SIGINT, "health_visit"),
        (signal.SIGINT, "decide"),
        (signal.SIGINT, "lists"),
        (signal.SIGTERM, "decide"),
    ],
)
def test_a_comparison_stopped_on_the_way_leaves_nothing(
    office: Office, compared: Compared, tmp_path: Path, number: signal.Signals, stage: str
) -> None:
    assert compared.out.is_dir()  # its store is used again, so that these runs are short
    running = office.start(*office.compare_arguments(tmp_path / "run"))
    assert running.stderr is not None
    while not running.stderr.readline().startswith(stage):
        assert running.poll() is None
    running.send_signal(number)
    printed, said = running.communicate(timeout=60)
    assert running.returncode == INTERRUPTED[number]
    assert printed == ""
    assert said.splitlines()[-1] == "Interrupted: nothing was left half written; run it again."
    assert list(tmp_path.iterdir()) == []
    assert list((office.home / "store" / "spill").iterdir()) == []


def test_an_earlier_result_stays_until_the_new_one_is_whole(office: Office, compared: Compared, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert office.anling(*office.compare_arguments(out)).returncode == compared.finished.returncode
    before = (out / "run.json").read_bytes()
    running = office.start(*office.compare_arguments(out))
    assert running.stderr is not None
    while not running.stderr.readline().startswith("decide"):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert (out / "run.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_interrupted_synthesis_leaves_nothing(office: Office, tmp_path: Path) -> None:
    running = office.start("synth", "--people", 300_000, "--out", tmp_path / "province")
    assert running.stderr is not None
    running.stderr.readline()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == 130
    assert list(tmp_path.iterdir()) == []
