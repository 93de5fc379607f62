"""The edge of the program: signals and errors become one sentence on stderr and an exit status (contracts.md)."""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path
from types import FrameType

from typer import TyperException

DEBUG = "ANLING_DEBUG"
_PACKAGE = Path(__file__).parents[1]
_PRIVATE = re.compile(r"[0-9０-９][0-9０-９Xx*]{5,}|[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
"""What may be a number or a name within the text of an error."""
_QUOTED = re.compile("'[^']*'")
"""What an engine quotes."""

_SENTENCES = ("anling.site.errors.SiteError", "anling.access.errors.NotAllowedError", "anling.feeds.errors.FeedsError",
              "anling.roster.errors.RosterError")  # fmt: skip
"""Errors of the platform whose text is one sentence with its remedy."""


class Status(IntEnum):
    """Exit statuses; an interrupted run ends with 128 and the signal's number."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    REFUSED = 3


class Stop:
    """Turns the first SIGINT or SIGTERM into KeyboardInterrupt; later ones wait until everything is cleared away."""

    def __init__(self) -> None:
        self.number = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.number:
            return
        self.number = number
        raise KeyboardInterrupt

    @property
    def status(self) -> int:
        """130 after Ctrl-C, 143 after SIGTERM; 0 where neither came."""
        return 128 + self.number if self.number else 0


def answer(command: Callable[[Sequence[str]], object], arguments: Sequence[str]) -> int:
    """Run a command and return its exit status; whatever goes wrong is told in one line, never with a stack trace.

    command: takes the arguments and returns a status, or anything else where it is done.
    """
    _speak_unicode()
    stop = Stop()
    try:
        returned = command(arguments)
        status = returned if isinstance(returned, int) else Status.DONE
    except KeyboardInterrupt:
        status = stop.status or 128 + signal.SIGINT
    except Exception as error:  # the edge: nothing passes it
        status = stop.status or _tell(error)
    if stop.number:
        _say("Interrupted: nothing was left half written; run it again.")
        return stop.status
    return int(status)


def _tell(error: Exception) -> Status:
    status, sentence = _sentence(error)
    _say(sentence)
    if os.environ.get(DEBUG) == "1" and status is Status.FAILED:
        _say(_trace(error))
    return status


def _sentence(error: Exception) -> tuple[Status, str]:
    from anling.engines.errors import EngineError, EngineMissingError, OutOfMemoryError
    from anling.feeds.intake import InputError
    from anling.policy import PolicyError

    if isinstance(error, TyperException):
        context = getattr(error, "ctx", None)
        asked = context.command_path if context else "anling"
        return Status.WRONG, f"{_one_line(error.format_message())} See {asked} --help."
    if isinstance(error, InputError | PolicyError | EngineMissingError) or _of_the_platform(error):
        return Status.WRONG, _one_line(str(error))
    if isinstance(error, OutOfMemoryError):
        return Status.FAILED, f"Out of memory: {_one_line(str(error))}"
    if isinstance(error, EngineError):
        return Status.FAILED, (
            f"The engine failed: {_one_line(_blotted(str(error)))} Nothing was left half written; run it again."
            f" Where it fails again, please report it; {DEBUG}=1 shows where it happened."
        )
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return Status.FAILED, f"{where}{error.strerror}; free space or check the permissions, then run it again."
    if isinstance(error, MemoryError):
        return Status.FAILED, "Out of memory: run it again with a lower --memory-limit."
    return Status.FAILED, (
        f"The program failed ({type(error).__name__} in {_place(error)}); nothing was left half written. "
        f"Please report it; {DEBUG}=1 shows where it happened."
    )


def _of_the_platform(error: Exception) -> bool:
    """Whether it is the platform's sentence for an administrator; told by name, since most commands never load it."""
    return any(f"{kind.__module__}.{kind.__qualname__}" in _SENTENCES for kind in type(error).__mro__)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first is the edge itself
    ours = [frame for frame in frames if _PACKAGE in Path(frame.filename).parents] or frames
    return f"{os.path.basename(ours[-1].filename)}:{ours[-1].lineno}" if ours else "an unknown place"


def _trace(error: Exception) -> str:
    """The stack trace with everything blotted out that may be a number or a name."""
    return _PRIVATE.sub("…", "".join(traceback.format_exception(error)))


def _blotted(said: str) -> str:
    """An engine's own words; what it quotes may be a value of a row."""
    return _PRIVATE.sub("…", _QUOTED.sub("'…'", said))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "。", "!", "?")) else f"{line}."


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _speak_unicode() -> None:
    """A terminal that cannot show a character gets a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
