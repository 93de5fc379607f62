"""A folder that takes its name when it is whole: made beside its place, then put there by renaming.

    .NAME.partial-*   what a running process is making; locked by it, removed by the next run when it is gone
    .NAME.replaced    what was under the name, while the new folder takes its place

Names are moved one at a time, so a kill in between leaves the name free: the next run then puts the old folder back.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from uuid import uuid4


class Draft:
    """A fresh folder for `place`: `with Draft(place, mark) as folder` puts it there when the block ends well.

    When the block does not end well the draft goes, and `place` stays as it was. mark: name of the file that makes a
    folder there whole and ours; only such a folder is replaced. Raises OSError where the place cannot be written, or
    is taken by something else in the meantime.
    """

    def __init__(self, place: Path, mark: str) -> None:
        self._place, self._mark = place.resolve(), mark
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._folder = self._place.with_name(f"{_partial(self._place)}{uuid4().hex}")
        with _turn(self._place.parent):
            _put_back(self._place, mark)
            _clear(self._place)
            self._folder.mkdir()
            self._lock = os.open(self._folder, os.O_RDONLY)
            _held(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> Path:
        return self._folder

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                _put_in_place(self._folder, self._place, self._mark)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)


def put_back(place: Path, mark: str) -> None:
    """Give a folder its name again that a killed run had moved aside; where the new one is there, the old one goes."""
    place = place.resolve()
    if _aside(place).exists():
        with _turn(place.parent):
            _put_back(place, mark)


def _put_in_place(draft: Path, place: Path, mark: str) -> None:
    with _turn(place.parent):
        try:
            if (place / mark).is_file():
                place.rename(_aside(place))
            draft.rename(place)
        finally:  # whatever came in between: nothing lies aside for long
            _put_back(place, mark)


def _put_back(place: Path, mark: str) -> None:
    aside = _aside(place)
    if (aside / mark).is_file() and not (place / mark).is_file():
        with suppress(OSError):  # something else has taken the name: the old folder waits aside
            aside.rename(place)
    elif aside.exists():
        (aside / mark).unlink(missing_ok=True)  # first: half a folder must never be put back
        shutil.rmtree(aside, ignore_errors=True)


def _clear(place: Path) -> None:
    """Remove the drafts of processes that are gone."""
    for left in place.parent.iterdir():
        if left.name.startswith(_partial(place)):
            with suppress(FileNotFoundError), _opened(left) as handle:
                if _held(handle, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(left, ignore_errors=True)


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}.replaced")


def _partial(place: Path) -> str:
    return f".{place.name}.partial-"


@contextmanager
def _turn(parent: Path) -> Iterator[None]:
    """One process at a time moves names within a folder."""
    with _opened(parent) as handle:
        _held(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _held(handle: int, how: int) -> bool:
    """Whether the lock is ours now, until the handle is closed or the process ends.

    Some network drives know no locks on folders: everything works there as long as one run at a time writes.
    """
    try:
        fcntl.flock(handle, how)
    except OSError:
        return False
    return True
