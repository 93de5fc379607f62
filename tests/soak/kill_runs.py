"""The long proof that a killed run leaves nothing half written: `script/soak kill`.

`anling compare` is killed (SIGKILL) at twenty seeded moments between start and end, on a store that starts empty every
few runs, so that kills fall into the roster, the feeds, the decision and the lists. After each kill the result folder
is as it was before, or the whole new one; and the next run, undisturbed, ends as a run that nobody ever killed: same
rows in the same order, nothing left behind. tests/journeys runs three of them; tests/comparison/test_placing.py kills
between any two renames, which a moment drawn at random would seldom meet.
"""

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from anling.synthesis import generate

PEOPLE, KILLS, SEED = 20_000, 20, 20260630
KILLS_PER_STORE = 2
STARTING = 0.3
"""Seconds within which the command has not touched any file yet."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit status, the stage it said last, and the seconds it took."""

    status: int
    stage: str
    seconds: float


class Place:
    """A province, and a folder for a store and a result of its own. options: further ones of the command."""

    def __init__(self, province: Path, folder: Path, *options: str) -> None:
        self._province, self._folder, self._options = province, folder, options
        self.store, self.out = folder / "store", folder / "result" / "run"

    def run(self, seconds: float | None = None) -> Ended:
        """Compare to the end, or until the run is killed after so many seconds."""
        started = time.monotonic()
        process = self.start()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        lines = self.said()
        stage = lines[-1].partition(" (")[0] if lines else "start"
        return Ended(process.returncode, stage, time.monotonic() - started)

    def start(self) -> subprocess.Popen[bytes]:
        """A run that goes on by itself."""
        with (self._folder / "said").open("wb") as stderr:
            return subprocess.Popen(self._command(), stdout=subprocess.DEVNULL, stderr=stderr)

    def said(self) -> list[str]:
        """The lines that the latest run has said on stderr: its stages, and why it failed."""
        return (self._folder / "said").read_text(encoding="utf-8").splitlines()

    def killed(self, chance: random.Random, length: float) -> Ended:
        """A run killed at a moment drawn from a length in seconds; where it was quicker, another, killed earlier."""
        moment = chance.uniform(STARTING, length)
        while (ended := self.run(moment)).status != -signal.SIGKILL:
            moment = chance.uniform(STARTING, moment)
        return ended

    def begin_again(self) -> None:
        """Forget the store and the result: the next run takes everything in anew."""
        for folder in (self.store, self.out.parent):
            shutil.rmtree(folder, ignore_errors=True)

    def content(self) -> str:
        """A hash over all rows of decisions and evidence, in their order; empty where there is no result."""
        if not self.out.exists():
            return ""
        digest = hashlib.sha256()
        for name in ("decisions.parquet", "evidence.parquet"):
            for rows in pq.ParquetFile(self.out / name).iter_batches():
                digest.update(repr(rows.to_pylist()).encode())
        return digest.hexdigest()

    def files(self) -> dict[str, int]:
        """Every file of the result, by its size; without run.json, which tells the seconds."""
        found = (path for path in self.out.rglob("*") if path.is_file() and path.name != "run.json")
        return {str(path.relative_to(self.out)): path.stat().st_size for path in found}

    def left(self) -> list[str]:
        """What lies about that no finished run leaves."""
        working = [*(self.store / "tmp").glob("*"), *(self.store / "spill").glob("*")]
        return sorted(path.name for path in (*working, *self.out.parent.iterdir()) if path != self.out)

    def _command(self) -> list[str]:
        options = {
            "--roster": self._province / "roster.parquet", "--feeds": self._province / "feeds",
            "--as-of": "2026-06-30", "--out": self.out, "--store": self.store,
        }  # fmt: skip
        words = [str(word) for option in options.items() for word in option]
        return [str(Path(sys.executable).with_name("anling")), "compare", *words, *self._options]


def survived(place: Place, kills: int, seed: int, kills_per_store: int = KILLS_PER_STORE) -> Iterator[str]:
    """Kill and finish run after run; a line for each. Raises AssertionError at the first that was not survived."""
    place.begin_again()
    undisturbed, chance = place.run(), random.Random(seed)
    assert undisturbed.status == 0, "the undisturbed run did not end well"
    content, files, length = place.content(), place.files(), undisturbed.seconds
    yield f"undisturbed: {length:.1f} s"
    for number in range(kills):
        if number % kills_per_store == 0:
            place.begin_again()
            length = undisturbed.seconds
        before = place.content()
        killed = place.killed(chance, length)
        after = place.content()
        assert after in (before, content, ""), f"kill {number + 1} in {killed.stage}: half a result"
        assert after or not before or (place.out.parent / f".{place.out.name}.replaced").exists(), "a result is lost"
        finished = place.run()
        _check_finished(place, finished, content, files, f"kill {number + 1} in {killed.stage}")
        length = finished.seconds
        yield f"kill {number + 1} of {kills} after {killed.seconds:.1f} s, in {killed.stage}: survived"


def _check_finished(place: Place, finished: Ended, content: str, files: dict[str, int], where: str) -> None:
    assert finished.status == 0, f"{where}: the next run ended with status {finished.status}"
    assert place.content() == content, f"{where}: the next run came to another result"
    assert place.files() == files, f"{where}: the next run left other files"
    assert place.left() == [], f"{where}: left behind: {', '.join(place.left())}"


def main() -> int:
    """Exit status: 0 when every kill was survived, 1 at the first that was not."""
    with tempfile.TemporaryDirectory(prefix="anling-kill-") as folder:
        province = Path(folder) / "province"
        generate(PEOPLE, 1, province)
        try:
            for line in survived(Place(province, Path(folder)), KILLS, SEED):
                print(line, flush=True)
        except AssertionError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
