"""The edge of the program: whatever goes wrong becomes an exit status and one sentence (contracts.md, exit status)."""

import errno
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import pytest

from anling.cli.edge import Status, answer
from anling.cli.options import day, memory, share
from anling.engines.errors import EngineError, OutOfMemoryError
from anling.feeds.intake import InputError


def failing(error: BaseException) -> Callable[[Sequence[str]], NoReturn]:
    """A command that ends in an error."""

    def command(_: Sequence[str]) -> NoReturn:
        raise error

    return command


def terminated(_: Sequence[str]) -> None:
    """A command during which the process is told to end, twice."""
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("returned", "status"), [(None, 0), (3, 3), (Status.REFUSED, 3), (Status.FAILED, 1)])
def test_a_command_gives_its_status(returned: Any, status: int) -> None:
    assert answer(lambda arguments: returned, []) == status


FAILURES: list[tuple[BaseException, int, str]] = [
    (InputError("roster.csv, row 3: wrong"), 2, "roster.csv, row 3: wrong.\n"),
    (OutOfMemoryError("raise --memory-limit"), 1, "Out of memory: raise --memory-limit.\n"),
    (MemoryError(), 1, "Out of memory: run it again with a lower --memory-limit.\n"),
    (OSError(errno.ENOSPC, "No space left on device", "out/x"), 1, "out/x: No space left on device; free space"),
    (
        EngineError("Job aborted: the value 'Li Lei' of 王国华 440106195003150011 is no day"), 1,
        "The engine failed: Job aborted: the value '…' of … … is no day. Nothing was left half written; run it again.",
    ),
    (ValueError("王国华 440106195003150011"), 1, "The program failed (ValueError in test_edge.py:"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "status", "sentence"), FAILURES, ids=lambda value: type(value).__name__)
def test_an_error_is_a_status_and_one_sentence(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, sentence: str
) -> None:
    assert answer(failing(error), []) == status
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert len(said.splitlines()) == 1
    assert "王" not in said


def test_the_trace_of_a_debug_run_shows_no_name_and_no_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANLING_DEBUG", "1")
    assert answer(failing(ValueError("王国华 440106195003150011 44010619500315001x")), []) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "ValueError: … … …" in said
    assert "4401" not in said


def test_the_first_signal_counts_and_a_second_waits_for_the_clearing_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(terminated, []) == 143
    assert capsys.readouterr().err == "Interrupted: nothing was left half written; run it again.\n"


def test_what_options_mean() -> None:
    assert day("2026-06-30") == day("20260630")
    assert share("5%") == share("0.05") == share(0.05)
    assert memory(" 2.5 GiB ") == "2.5 GiB"
