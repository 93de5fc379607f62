"""The store: reused, whole or absent, safe under concurrent runs and after a kill (issue A, intake)."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from anling.feeds.intake.store import Store
from tests.intake.given import LI, feed_file, feed_rows, intake, stored, taken_in

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from anling.feeds.intake.store import Store
with Store(Path(sys.argv[1])).workspace() as space:
    (space / "half.parquet").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def take_in(folder: str) -> tuple[str, bool]:
    (batch,) = taken_in(Path(folder)).batches
    return str(batch.folder), batch.reused


def leftovers(store: Path) -> list[str]:
    return sorted(path.name for path in (store / "tmp").iterdir())


@contextmanager
def neighbour(store: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is in the middle of writing a batch."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command: list[str | Path] = [sys.executable, "-c", HOLDER, store]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_the_second_run_reads_nothing_again(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows())
    first, second = taken_in(tmp_path), taken_in(tmp_path)
    assert [batch.reused for batch in (*first.batches, *second.batches)] == [False, True]
    assert first.batches[0].months == second.batches[0].months
    assert leftovers(tmp_path / "store") == []


def test_another_day_of_delivery_is_another_batch(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows())
    (first,) = taken_in(tmp_path).batches
    feed_file(tmp_path / "feeds", feed_rows(), delivered_at="2024-04-05")
    (second,) = taken_in(tmp_path).batches
    assert (first.rejected, second.rejected, second.reused) == (0, 2, False)


def test_a_damaged_batch_is_taken_in_again(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows())
    (batch,) = taken_in(tmp_path).batches
    rows = stored(batch.folder / "life.parquet")
    with (batch.folder / "life.parquet").open("r+b") as file:
        file.truncate(100)
    (again,) = taken_in(tmp_path).batches
    assert not again.reused
    assert stored(again.folder / "life.parquet") == rows


@pytest.mark.parametrize("lost", ["life", "loss", "odd_names", "quarantine"])
def test_a_batch_that_lost_a_file_is_taken_in_again(tmp_path: Path, lost: str) -> None:
    odd, wrong = ("s5", LI, "陳大文", "2024-06-01", "2024-06-02", "discharged"), ("s6", LI, "李明", "", "", "healed")
    feed_file(tmp_path / "feeds", [*feed_rows(), odd, wrong])
    (batch,) = taken_in(tmp_path).batches
    (batch.folder / f"{lost}.parquet").unlink()
    (again,) = taken_in(tmp_path).batches
    assert (again.reused, (again.folder / f"{lost}.parquet").exists()) == (False, True)


def test_concurrent_runs_share_one_store(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows())
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        found = pool.map(take_in, [str(tmp_path)] * 6)
    assert len({folder for folder, _ in found}) == 1
    assert [reused for _, reused in found].count(False) >= 1
    assert leftovers(tmp_path / "store") == []


def test_a_killed_run_leaves_nothing_for_long(tmp_path: Path) -> None:
    with neighbour(tmp_path / "store") as process:
        assert len(leftovers(tmp_path / "store")) == 2
        process.send_signal(signal.SIGKILL)
        process.wait()
        Store(tmp_path / "store")
        assert leftovers(tmp_path / "store") == []


def test_a_running_neighbour_keeps_its_work(tmp_path: Path) -> None:
    with neighbour(tmp_path / "store"):
        intake(tmp_path)
        assert len(leftovers(tmp_path / "store")) == 2


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    """Rows come in one order, whatever the number of threads and the run."""
    rows = [(f"s{n}", row[1], *row[2:]) for n in range(50) for row in feed_rows()]
    feed_file(tmp_path / "feeds", rows)
    (first,) = taken_in(tmp_path).batches
    kept = stored(first.folder / "life.parquet")
    (first.folder / "batch.json").unlink()
    (second,) = taken_in(tmp_path).batches
    assert stored(second.folder / "life.parquet") == kept
