"""The folder into which an engine spills what does not fit its memory: its own, and gone with its process."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "spill-"


class SpillFolder:
    """A fresh folder below `parent` (the system's temporary one by default), locked by this process until `remove`.

    What killed processes left beside it is cleared away.
    """

    def __init__(self, parent: Path | None) -> None:
        if parent is not None:
            parent.mkdir(parents=True, exist_ok=True)
            _clear(parent)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        self._held = _hold(self.path)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._held)


def _hold(folder: Path) -> int:
    """A handle that locks a spill folder for as long as this process lives."""
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some network drives know no locks on folders; then nothing is cleared there either
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _clear(parent: Path) -> None:
    """Remove the spill folders of processes that were killed: nobody holds their lock any more."""
    for left in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(handle)
