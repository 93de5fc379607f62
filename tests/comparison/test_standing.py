"""One run of a process is with Spark at a time, and the application stands for the next one, for a while."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from anling.comparison.errors import CancelledError
from anling.engines.errors import EngineError
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.session import Session
from anling.engines.spark.standing import Standing

PATIENCE = 30.0
ONCE = Cluster("local[2]", 1 << 30, 2)
LASTING = replace(ONCE, idle=600.0)


class Application:
    """Stands in for a session: counts what is asked of it."""

    def __init__(self) -> None:
        self.alive, self.breaks = True, False
        self.renewed = 0
        self.closed: list[bool] = []
        self.ended = Event()

    def is_alive(self) -> bool:
        """As told."""
        return self.alive

    def renew(self) -> None:
        """Count, or break as a cluster that has gone away."""
        if self.breaks:
            raise EngineError("gone")
        self.renewed += 1

    def close(self, *, hastily: bool = False) -> None:
        """Note how."""
        self.closed.append(hastily)
        self.ended.set()


class Applications:
    """A standing application and all that it was made of."""

    def __init__(self) -> None:
        self.started: list[Application] = []
        self.standing = Standing(self._start)

    def run(self, cluster: Cluster, temp: Path | None = None, work: Callable[[Application], object] = id) -> None:
        """One run in its turn."""
        with self.standing.lent(cluster, temp=temp, waiting=silent) as session:
            work(cast("Application", session))

    def _start(self, cluster: Cluster, temp: Path | None) -> Session:
        del cluster, temp
        self.started.append(Application())
        return cast("Session", self.started[-1])


@pytest.fixture
def made() -> Applications:
    return Applications()


def silent() -> None:
    """Whoever waits has nobody to tell."""


def test_the_second_waits_for_the_first_and_says_so(made: Applications) -> None:
    told, done = Event(), []

    def second() -> None:
        with made.standing.lent(LASTING, temp=None, waiting=told.set):
            done.append("second")

    def first(_: Application) -> None:
        waiting.append(pool.submit(second))
        assert told.wait(PATIENCE)
        done.append("first")

    waiting: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        made.run(LASTING, work=first)
        waiting[0].result(PATIENCE)
    assert done == ["first", "second"]
    assert len(made.started) == 1


def test_one_that_is_cancelled_stops_waiting_and_takes_no_turn(made: Applications) -> None:
    def cancelled() -> None:
        raise CancelledError

    def second() -> None:
        with made.standing.lent(ONCE, temp=None, waiting=cancelled):
            raise AssertionError

    with ThreadPoolExecutor(1) as pool, made.standing.turn(silent), pytest.raises(CancelledError):
        pool.submit(second).result(PATIENCE)
    made.run(ONCE)
    assert len(made.started) == 1


def test_a_run_by_itself_ends_its_application_and_leaves_its_classes(made: Applications) -> None:
    made.run(ONCE)
    made.run(ONCE)
    assert [each.closed for each in made.started] == [[False], [False]]


def test_the_next_run_finds_the_application_of_the_last(made: Applications, tmp_path: Path) -> None:
    for _ in range(3):
        made.run(LASTING, tmp_path)
    assert len(made.started) == 1
    assert made.started[0].renewed == 3
    assert made.started[0].closed == []


@pytest.mark.parametrize(
    "other",
    [replace(LASTING, memory_limit=2 << 30), replace(LASTING, master="yarn"), replace(LASTING, threads=1)],
    ids=["memory", "master", "threads"],
)
def test_another_kind_ends_the_one_that_stands(made: Applications, other: Cluster) -> None:
    made.run(LASTING)
    made.run(other)
    assert [each.closed for each in made.started] == [[False], []]


def test_an_application_that_its_cluster_has_ended_is_replaced(made: Applications) -> None:
    made.run(LASTING)
    made.started[0].alive = False
    made.run(LASTING)
    assert [each.closed for each in made.started] == [[False], []]


@pytest.mark.parametrize("error", [OSError, CancelledError, KeyboardInterrupt])
def test_a_run_that_fails_takes_its_application_along(made: Applications, error: type[BaseException]) -> None:
    def fails(_: Application) -> None:
        raise error

    with pytest.raises(error):
        made.run(LASTING, work=fails)
    assert made.started[0].closed == [False]
    made.run(LASTING)
    assert len(made.started) == 2


def test_a_run_is_whole_although_its_application_cannot_go_on(made: Applications) -> None:
    done = []

    def breaks(session: Application) -> None:
        session.breaks = True
        done.append("whole")

    made.run(LASTING, work=breaks)
    assert done == ["whole"]
    assert made.started[0].closed == [False]


def test_nobody_comes_and_the_application_ends(made: Applications) -> None:
    made.run(replace(LASTING, idle=0.2))
    assert made.started[0].ended.wait(PATIENCE)
    assert made.started[0].closed == [False]


def test_a_run_within_the_time_sets_the_clock_anew(made: Applications) -> None:
    brief = replace(LASTING, idle=1.0)
    made.run(brief)
    made.run(brief, work=lambda _: time.sleep(1.2))  # the clock of the first runs out meanwhile
    assert made.started[0].closed == []
    assert made.started[0].ended.wait(PATIENCE)
    assert len(made.started) == 1


def test_a_process_that_ends_lays_down_no_classes(made: Applications) -> None:
    made.standing.end()
    made.run(LASTING)
    made.standing.end()
    assert made.started[0].closed == [True]
