"""The long proof that a killed run leaves nothing half written: `script/soak kill`.

`anling compare` is killed (SIGKILL) at twenty seeded moments between start and end, on a store that starts empty
every few runs, so that kills fall into the roster, the feeds, the decision and the lists. After each kill the result
folder is absent or whole, and the next run, undisturbed, ends as an undisturbed run on a fresh store ends.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

from anling.synthesis import generate

KILLS = 20
RUNS_PER_STORE = 4
SEED = 20260630


def main(people: int = 20_000, kills: int = KILLS) -> int:
    """Exit status: 0 when every kill was survived, 1 at the first that was not."""
    with tempfile.TemporaryDirectory(prefix="anling-kill-") as folder:
        place = Place(Path(folder), people)
        started = time.monotonic()
        place.run()
        whole, expected = time.monotonic() - started, place.content()
        chance = random.Random(SEED)
        for number in range(kills):
            if number % RUNS_PER_STORE == 0:
                place.forget_store()
            moment = chance.uniform(0.1, whole)
            place.run(kill_after=moment)
            fault = place.fault(expected)
            sys.stdout.write(f"kill {number + 1} of {kills} after {moment:.1f} s: {fault or 'survived'}\n")
            if fault:
                return 1
    return 0


class Place:
    """A province, a store and a result folder of their own."""

    def __init__(self, folder: Path, people: int) -> None:
        self.province, self.store, self.out = folder / "province", folder / "store", folder / "out"
        generate(people=people, seed=1, out=self.province)

    def run(self, kill_after: float | None = None) -> None:
        """Compare to the end, or until it is killed."""
        command = [
            *(
                str(Path(sys.executable).with_name("anling")),
                "compare",
                "--roster",
                str(self.province / "roster.parquet"),
            ),
            *("--feeds", str(self.province / "feeds"), "--as-of", "2026-06-30", "--out", str(self.out)),
            *("--store", str(self.store), "--json"),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def fault(self, expected: str) -> str:
        """What is wrong after a kill and the run that follows it; empty where nothing is."""
        if self.out.exists() and self.content() != expected:
            return "the result folder is not whole"
        self.run()
        if not self.out.exists() or self.content() != expected:
            return "the next run came to another result"
        left = [path.name for path in self.out.parent.glob(".out.*")] + [
            path.name for path in (self.store / "spill").glob("*")
        ]
        return f"left behind: {', '.join(left)}" if left else ""

    def content(self) -> str:
        """One hash over the rows of decisions and evidence, in their order."""
        digest = hashlib.sha256()
        for name in ("decisions.parquet", "evidence.parquet"):
            for rows in pq.ParquetFile(self.out / name).iter_batches():
                digest.update(repr(rows.to_pylist()).encode())
        return digest.hexdigest()

    def forget_store(self) -> None:
        """The next run takes everything in anew."""
        shutil.rmtree(self.store, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
