"""Starting, adopting and stopping the embedded server.

Every process that uses the server holds a shared lock, the lease, until it ends. A watchdog tries for that lock alone:
it gets it when the last holder has gone, killed or not, and stops the server. Until then it starts a server that died.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from anling.site.errors import SiteError
from anling.site.postgres.account import Account, account
from anling.site.postgres.binaries import copy_programs, program
from anling.site.postgres.cluster import make
from anling.site.postgres.layout import PORT, Layout
from anling.site.postgres.locks import lock, locked, try_lock

START_LIMIT = 300.0
"""Seconds until the server must answer: recovery after a crash reads what was written since the last checkpoint."""
_TRIES = 10
"""Starts before giving up: processes of a server that was killed take a moment to go."""
_STOP_LIMIT = 30.0
_CLIENT_CHECK = "2s"
"""How soon a long statement ends whose process was killed: whoever takes its work up waits for its locks."""

_leases: dict[Path, int] = {}
"""Handles of the leases of this process, never closed: the kernel does that when the process ends."""


def ensure(folder: Path) -> None:
    """Have the server of this folder running until this process ends: made, started or adopted, and watched.

    Raises SiteError where that cannot be done.
    """
    layout = Layout(folder)
    try:
        _make_folder(folder)
        runs_as = account(layout.data)
        runs_as.check_way(folder)
        if folder not in _leases:
            _leases[folder] = lock(layout.lease, limit=START_LIMIT, shared=True)
        with locked(layout.starting, limit=START_LIMIT):
            if not runs_as.may_enter(Path(program("postgres", layout.programs)).parent):
                copy_programs(layout.programs)
            _watch(layout)  # before the start: a kill between the two leaves nothing behind
            make(layout, runs_as)
            runs_as.make_folder(layout.socket)
            _bring_up(layout, runs_as)
    except OSError as error:
        raise SiteError(f"{error.filename or folder}: {error.strerror}; check who owns ANLING_HOME.") from error
    except subprocess.TimeoutExpired:
        raise SiteError(f"The embedded PostgreSQL did not start in time; {layout.data} has its logs.") from None


def stop(folder: Path) -> None:
    """Stop the server of this folder if it runs, orderly if it can be, within about a minute."""
    layout = Layout(folder)
    for mode in ("fast", "immediate"):
        if not running(layout):
            return
        order = ["stop", "-D", str(layout.data), "-m", mode, "-w", "-t", f"{_STOP_LIMIT:.0f}", "-s"]
        account(layout.data).run([program("pg_ctl", layout.programs), *order], timeout=_STOP_LIMIT + 10)


def revive(folder: Path) -> bool:
    """Start the server of this folder again if it died; whether there was need. Another who starts it goes first.

    Raises SiteError, OSError or TimeoutExpired where it does not come up.
    """
    layout = Layout(folder)
    if not layout.data.exists() or running(layout):
        return False
    handle = try_lock(layout.starting)
    if handle is None:
        return False
    try:
        runs_as = account(layout.data)
        runs_as.make_folder(layout.socket)
        _bring_up(layout, runs_as)
    finally:
        os.close(handle)
    return True


def running(layout: Layout) -> bool:
    """Whether the process that the cluster's own note names is its server, not a stranger with that number."""
    try:
        pid = int((layout.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return False
    if not Path("/proc/self/cwd").exists():
        asked = account(layout.data).run(
            [program("pg_ctl", layout.programs), "status", "-D", str(layout.data)], timeout=30
        )
        return asked.returncode == 0
    try:
        return Path(f"/proc/{pid}/cwd").samefile(layout.data)
    except OSError:
        return False


def _make_folder(folder: Path) -> None:
    """Ours alone; where we are root, the account that runs the server may pass through it, and see nothing."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _bring_up(layout: Layout, runs_as: Account) -> None:
    until = time.monotonic() + START_LIMIT
    tries = 0
    while not (running(layout) and _answers(layout, runs_as)):
        if not running(layout):
            (layout.data / "postmaster.pid").unlink(missing_ok=True)  # a stranger may have its number
            tries += 1
            _start(layout, runs_as)
        if tries >= _TRIES or time.monotonic() > until:
            raise SiteError(f"The embedded PostgreSQL does not start: {_last_words(layout)} ({layout.log}).")
        time.sleep(0.1 if running(layout) else 1)


def _start(layout: Layout, runs_as: Account) -> None:
    options = f"-k {shlex.quote(str(layout.socket))} -p {PORT} -c client_connection_check_interval={_CLIENT_CHECK}"
    order = ["start", "-D", str(layout.data), "-l", str(layout.log), "-w", "-t", f"{START_LIMIT:.0f}", "-s"]
    layout.log.unlink(missing_ok=True)
    runs_as.run([program("pg_ctl", layout.programs), *order, "-o", options], timeout=START_LIMIT + 10)


def _answers(layout: Layout, runs_as: Account) -> bool:
    asked = runs_as.run(
        [program("pg_isready", layout.programs), "-q", "-h", str(layout.socket), "-p", str(PORT)], timeout=30
    )
    return asked.returncode == 0


def _last_words(layout: Layout) -> str:
    try:
        lines = layout.log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    telling = [line.split("FATAL:", 1)[1].strip() for line in lines if "FATAL:" in line]
    return telling[0] if telling else "it says nothing"


def _watch(layout: Layout) -> None:
    """Start a watchdog unless one is there; it is born with its lock in its hands, so there is never a second one."""
    handle = try_lock(layout.watching)
    if handle is None:
        return
    try:
        command = [sys.executable, "-m", "anling.site.postgres.watchdog", str(layout.folder), str(handle)]
        nothing = subprocess.DEVNULL
        subprocess.run(
            command, pass_fds=(handle,), stdin=nothing, stdout=nothing, stderr=nothing, check=True, cwd="/", timeout=60
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise SiteError("The watchdog of the embedded PostgreSQL does not start; run script/setup again.") from None
    finally:
        os.close(handle)
