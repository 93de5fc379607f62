"""The long proof that a run in the database survives its worker: `script/soak faults`.

A worker process is killed (SIGKILL) at twenty seeded moments between the start of a run and its end, so that kills
fall into the snapshot, the comparison and the load; two kills may hit one run. After each kill nothing of the run is
seen that is not whole, and whoever takes it up next ends it with the content of an undisturbed run.
tests/apps/test_comparison_kills.py does it at three moments.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PEOPLE, KILLS, SEED = 2000, 20, 20260630
STARTING = 0.8
"""Seconds in which a worker has not begun yet."""

WORKER = """
import sys
import django
django.setup()
from django.utils import timezone
from anling.comparison.working import execute
execute(run=int(sys.argv[1]), region="44", now=timezone.now)
"""


@dataclass(frozen=True, slots=True)
class Killed:
    """What is seen of a run after its worker was killed: its state, its stage, and rows of decisions and counts."""

    state: str
    stage: str
    decisions: int
    counts: int


def work(run: int, environment: dict[str, str], seconds: float | None = None) -> int:
    """A process that works on a run to its end, or until it is killed after so many seconds; its exit status."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run)],
        env={**environment, "DJANGO_SETTINGS_MODULE": "anling.site.settings"},
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()


def look(run: int) -> Killed:
    """What everybody sees of a run now."""
    from anling.audit.scope import within
    from anling.audit.values import Scope
    from anling.comparison.models import Count, Decision, Run

    with within(Scope("44")):
        found = Run.objects.get(pk=run)
        return Killed(
            found.state, found.label, Decision.objects.filter(run=run).count(), Count.objects.filter(run=run).count()
        )


def main() -> int:
    """Kill, look, go on; 1 where anything half done was seen or a run ended otherwise."""
    from anling.site.environment import read_environment
    from anling.site.migrating import migrate
    from tests.support import platform

    migrate(read_environment(platform.environment()))
    from anling.audit.scope import within
    from anling.audit.values import Scope
    from anling.comparison.models import Run
    from anling.synthesis import generate
    from tests.support.loading import load_roster
    from tests.support.province import Office, asked

    folder = Path(tempfile.mkdtemp(prefix="anling-faults-")) / "made"
    generate(people=PEOPLE, seed=4, out=folder)
    load_roster(folder / "roster.parquet")
    office = Office(folder, platform.clerk("44", "province"))
    environment = platform.environment()

    def content(run: int) -> str:
        with within(Scope("44")):
            return Run.objects.get(pk=run).content_hash

    begun = time.monotonic()
    calm = asked(office)
    assert work(calm.pk, environment) == 0
    length, wanted, wrong = time.monotonic() - begun, content(calm.pk), 0
    chance = random.Random(SEED)
    kills = 0
    while kills < KILLS:
        run = asked(office).pk
        while kills < KILLS and work(run, environment, chance.uniform(STARTING, length)) == -signal.SIGKILL:
            kills += 1
            seen = look(run)
            half = seen.state != "done" and (seen.decisions or seen.counts)
            print(f"kill {kills:>2}: {seen.state}, stage {seen.stage or '-'}: {'HALF DONE' if half else 'whole'}")
            wrong += bool(half)
            if chance.random() < 0.5:
                break
        work(run, environment)
        if content(run) != wanted:
            print(f"run {run} ended otherwise: {look(run)}")
            wrong += 1
    print(f"{kills} kills, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
