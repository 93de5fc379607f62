"""Locks that end with the process that holds them, however it ends: the kernel gives them back."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anling.site.errors import SiteError

_PAUSE = 0.05


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """The handle of a lock on this file, or None where another process has it; closing the handle gives it back."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def lock(path: Path, *, limit: float, shared: bool = False) -> int:
    """The same, waiting up to `limit` seconds; raises SiteError after that."""
    until = time.monotonic() + limit
    while (handle := try_lock(path, shared=shared)) is None:
        if time.monotonic() > until:
            raise SiteError(f"{path}: another process has held this for {limit:.0f} s; end it and run it again.")
        time.sleep(_PAUSE)
    return handle


@contextmanager
def locked(path: Path, *, limit: float) -> Iterator[None]:
    """Hold a lock while the block runs."""
    handle = lock(path, limit=limit)
    try:
        yield
    finally:
        os.close(handle)
