"""The watchdog: a process that stops the embedded server when nobody uses it any more.

`python -m anling.site.postgres.watchdog FOLDER HANDLE`: HANDLE is its own lock, inherited from its starter.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from pathlib import Path

from anling.site.postgres.layout import Layout
from anling.site.postgres.server import stop


def watch(folder: Path, own_lock: int) -> None:
    """Wait until no process holds a lease on the server of this folder, then stop it."""
    lease = os.open(Layout(folder).lease, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lease, fcntl.LOCK_EX)  # sleeps in the kernel; newcomers wait from here on until the server is down
    stop(folder)
    os.close(own_lock)  # first: whoever gets the lease next must find that there is no watchdog
    os.close(lease)


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
