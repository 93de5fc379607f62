"""The watchdog: a process that starts an embedded server that died, and stops one that nobody uses any more.

`python -m anling.site.postgres.watchdog FOLDER HANDLE`: HANDLE is its own lock, inherited from its starter.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from anling.site.errors import SiteError
from anling.site.postgres.layout import Layout
from anling.site.postgres.server import revive, stop

_EVERY = 1.0
_LONGEST = 60.0
"""Seconds between two looks, and at most between two starts of a server that does not come up."""


def watch(folder: Path, own_lock: int) -> None:
    """While processes hold a lease on the server of this folder, have it running; then stop it."""
    lease = os.open(Layout(folder).lease, os.O_RDWR | os.O_CREAT, 0o600)
    pause, next_look = _EVERY, 0.0
    while not _got(lease):  # a lock that is had only to look would keep newcomers waiting
        if time.monotonic() >= next_look:
            pause = _EVERY if _looked_after(folder) else min(2 * pause, _LONGEST)
            next_look = time.monotonic() + pause
        time.sleep(_EVERY)
    stop(folder)  # newcomers wait until the server is down
    os.close(own_lock)  # first: whoever gets the lease next must find that there is no watchdog
    os.close(lease)


def _got(lease: int) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _looked_after(folder: Path) -> bool:
    """Whether the server runs, or does again; a folder that is gone needs none. Its log says why it does not."""
    try:
        revive(folder)
    except (SiteError, OSError, subprocess.TimeoutExpired):
        return False
    return True


def main() -> None:
    """Leave the process and session that started us, and whatever ends them, and watch."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    folder, own_lock = Path(sys.argv[1]), int(sys.argv[2])
    if os.fork():
        os._exit(0)
    os.setsid()
    watch(folder, own_lock)


if __name__ == "__main__":
    main()
