"""The long proof that a cluster may lose a worker at any moment: `script/soak spark`.

A standalone cluster of one master and two workers on the loopback decides a province. One of the workers, with its
executor, is killed (SIGKILL) at five random moments of as many runs, each on a fresh cluster. Every run ends with
status 0, leaves nothing behind, and comes to the rows of an undisturbed run on the cluster and of DuckDB: decisions and
evidence, in their order. The seed of the moments is printed, and may be given to meet the same ones again.
tests/journeys/test_spark.py does it with one kill.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from anling.engines.spark.decide import KEPT
from anling.matching.steps import RESULTS
from anling.synthesis import generate
from tests.soak.kill_runs import Place
from tests.support.spark_cluster import LoopbackCluster, loopback_cluster

PEOPLE, KILLS = 20_000, 5
MEMORY = "1GB"
PATIENCE = 900.0
"""Seconds within which a run ends, whatever became of its workers."""
RELATIONS, LONGEST = len(KEPT) + len(RESULTS), 2.0
"""A kill falls at most so many seconds after fewer than so many relations have been laid down, which are all."""
_TICK = 0.05


@dataclass(frozen=True, slots=True)
class Course:
    """One run on a cluster: seconds until it began to decide, until a worker was killed if one was, and to the end."""

    began: float
    killed: float | None
    ended: float
    at_hand: str


Moment = Callable[[Place], bool]
"""Whether the moment to kill has come, as far as the draft of the result tells."""


def never(place: Place) -> bool:
    """Nobody is killed."""
    del place
    return False


def once_there_is(relation: str) -> Moment:
    """When a relation has been laid down."""
    return lambda place: any(folder.name == relation for folder in _laid_down(place))


def amid(whole: int, seconds: float) -> Moment:
    """So many seconds after so many relations are laid down: the same point on a fast and on a busy machine."""
    since: list[float] = []

    def come(place: Place) -> bool:
        if not since and len(_laid_down(place)) >= whole:
            since.append(time.monotonic())
        return bool(since) and time.monotonic() - since[0] >= seconds

    return come


class Province:
    """A province that is decided by DuckDB and by clusters, with one store and a result of each run."""

    def __init__(self, made: Path, folder: Path) -> None:
        self._made, self._folder, self._number = made, folder, count(1)
        (folder / "store").mkdir(parents=True)

    def on_duckdb(self) -> Place:
        """The run that the others are held against."""
        place = self._place()
        ended = place.run()
        assert ended.status == 0, f"DuckDB's run did not end well: {place.said()}"
        return place

    def on_a_cluster(self, moment: Moment = never, worker: int = 0) -> tuple[Place, Course]:
        """A run on a cluster of its own, one worker of which is killed when the moment has come."""
        logs = self._folder / f"cluster-{next(self._number)}"
        logs.mkdir()
        with loopback_cluster(logs) as cluster:
            place = self._place("--engine", "spark", "--master", cluster.master, "--memory-limit", MEMORY)
            return place, _run(place, cluster, moment, worker)

    def _place(self, *options: str) -> Place:
        """Where a run has its result; all share the store, so that only the deciding is done again."""
        folder = self._folder / f"run-{next(self._number)}"
        folder.mkdir()
        (folder / "store").symlink_to(self._folder / "store", target_is_directory=True)
        return Place(self._made, folder, *options)


def survived(province: Province, kills: int, seed: int) -> Iterator[str]:
    """Kill a worker run after run; a line for each. Raises AssertionError at the first that was not survived."""
    content = province.on_duckdb().content()
    place, course = province.on_a_cluster()
    _check(place, content, "undisturbed")
    chance = random.Random(seed)
    deciding = course.ended - course.began
    yield f"undisturbed: {course.ended:.1f} s, of which {deciding:.1f} s from the first step on; rows are DuckDB's"
    for number in range(1, kills + 1):
        whole, seconds, worker = chance.randrange(RELATIONS), chance.uniform(0, LONGEST), chance.randrange(2)
        place, course = province.on_a_cluster(amid(whole, seconds), worker)
        while course.killed is None:  # the run was over before its moment
            whole = chance.randrange(RELATIONS)
            place, course = province.on_a_cluster(amid(whole, seconds), worker)
        where = f"kill {number} of {kills}, worker {worker} after {course.killed:.1f} s, {course.at_hand}"
        _check(place, content, where)
        yield f"{where}: same rows after {course.ended:.1f} s"


def _run(place: Place, cluster: LoopbackCluster, moment: Moment, worker: int) -> Course:
    begun, began, killed, at_hand = time.monotonic(), None, None, ""
    process = place.start()
    try:
        while process.poll() is None:
            now = time.monotonic() - begun
            assert now < PATIENCE, f"no end after {now:.0f} s"
            if began is None and any(line.startswith("decide") for line in place.said()):
                began = now
            if began is not None and killed is None and moment(place):
                at_hand, killed = _at_hand(place), now
                cluster.kill_worker(worker)
            time.sleep(_TICK)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, f"status {process.returncode}: {place.said()[-1:]}"
    return Course(began or 0.0, killed, time.monotonic() - begun, at_hand)


def _laid_down(place: Place) -> list[Path]:
    """The relations that are whole, as far as the draft of the result tells, in the order in which they became so."""
    try:
        marks = [(mark.stat().st_mtime_ns, mark.parent) for mark in place.out.parent.glob(".*/relations/*/_SUCCESS")]
    except FileNotFoundError:  # the run is over, and what it needed no longer is going
        return []
    return [folder for _, folder in sorted(marks)]


def _at_hand(place: Place) -> str:
    whole = _laid_down(place)
    return f"{len(whole)} relations laid down, {whole[-1].name} the last" if whole else "nothing laid down yet"


def _check(place: Place, content: str, where: str) -> None:
    assert content
    assert place.content() == content, f"{where}: other rows than DuckDB's"
    assert place.left() == [], f"{where}: left behind: {', '.join(place.left())}"


def main() -> int:
    """Exit status: 0 when every kill was survived, 1 at the first that was not. An argument is the seed."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 32)
    with tempfile.TemporaryDirectory(prefix="anling-spark-") as folder:
        made = Path(folder) / "province"
        generate(PEOPLE, 1, made)
        print(f"{PEOPLE:,} people, seed {seed}", flush=True)
        try:
            for line in survived(Province(made, Path(folder) / "runs"), KILLS, seed):
                print(line, flush=True)
        except AssertionError as error:
            print(f"seed {seed}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
