"""One job of a process is with Spark at a time; the others wait, say so, and hear that nobody wants them any more."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from anling.comparison.engine import turn
from anling.comparison.errors import CancelledError


def silent(label: str, done: int, total: int) -> None:
    del label, done, total


def test_the_second_waits_for_the_first_and_says_so() -> None:
    told, done = Event(), []

    def hear(label: str, finished: int, total: int) -> None:
        assert (label, finished, total) == ("turn", 0, 0)
        told.set()

    def second() -> None:
        with turn(hear):
            done.append("second")

    with ThreadPoolExecutor(1) as pool:
        with turn(silent):
            waiting = pool.submit(second)
            assert told.wait(30)
            done.append("first")
        waiting.result(30)
    assert done == ["first", "second"]


def test_one_that_is_cancelled_stops_waiting_and_takes_no_turn() -> None:
    def cancelled(label: str, done: int, total: int) -> None:
        silent(label, done, total)
        raise CancelledError

    def second() -> None:
        with turn(cancelled):
            raise AssertionError

    with ThreadPoolExecutor(1) as pool, turn(silent), pytest.raises(CancelledError):
        pool.submit(second).result(30)
    with turn(silent):
        pass


def test_one_that_fails_leaves_its_turn_to_the_next() -> None:
    with pytest.raises(OSError, match="gone"), turn(silent):
        raise OSError("gone")
    with turn(silent):
        pass
