"""A home whose embedded database has its tables: made once for each state of the program, then copied.

Making it takes as long as a hundred small tests, and every process of a test run needs one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from anling.site.postgres.layout import Layout
from anling.site.postgres.locks import locked, try_lock

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "var" / "prepared"
ANLING = Path(sys.executable).parent / "anling"
MADE_WITHIN = 300
"""Seconds; another process of the same test run may be making it."""


def move_into(home: Path) -> None:
    """Put the prepared database into an empty home that keeps none yet."""
    KEPT.mkdir(parents=True, exist_ok=True)
    made = KEPT / _state()
    with locked(KEPT / "lock", limit=MADE_WITHIN):
        if not made.exists():
            _make(made)
    subprocess.run(["cp", "-a", f"{made}/.", str(home)], check=True)


def _state() -> str:
    """What the tables depend on: the program, and the packages that bring tables of their own."""
    told = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted((ROOT / "src" / "anling").rglob("*")):
        if path.suffix in {".py", ".csv", ".sql", ".yaml", ".gz"} and "locale" not in path.parts:
            told.update(str(path).encode())
            told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _make(made: Path) -> None:
    """Where the server's account may enter; the folder takes its name when server and watchdog are gone."""
    for old in KEPT.glob("*/"):
        shutil.rmtree(old)
    home = Path(tempfile.mkdtemp(prefix="anling-prepared-"))
    home.chmod(0o711)
    try:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("ANLING_", "DATABASE_"))}
        variables = {**own, "ANLING_HOME": str(home), "PYTHONUTF8": "1"}
        subprocess.run([ANLING, "migrate"], env=variables, check=True, capture_output=True, timeout=MADE_WITHIN)
        _wait_until_stopped(Layout(home / "postgres"))
        shutil.move(home, made)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_stopped(layout: Layout) -> None:
    until = time.monotonic() + 60
    while (layout.data / "postmaster.pid").exists() or (free := try_lock(layout.watching)) is None:
        assert time.monotonic() < until, "the server outlives its last user"
        time.sleep(0.1)
    os.close(free)
