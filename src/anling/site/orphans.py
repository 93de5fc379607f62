"""Processes that `anling serve` starts end with it, also where it is killed and can tell nobody."""

from __future__ import annotations

import os
import signal
import threading
import time

_PARENT = "_ANLING_SERVER"
_EVERY = 0.5
_GRACE = 10.0
"""Seconds: how often to look, and how long a stop may take."""


def be_parent() -> None:
    """From here on, processes started by this one that call `end_with_parent` end with it."""
    os.environ[_PARENT] = str(os.getpid())


def end_with_parent() -> None:
    """Stop as at SIGTERM once the server that started this process is gone; without a server nothing happens.

    The number of the parent changes when it ends, in whatever way; it may have ended before this is asked.
    """
    parent = os.environ.get(_PARENT)
    if parent:
        threading.Thread(target=_watch, args=(int(parent),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
