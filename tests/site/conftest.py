"""A home with a real embedded server; without PostgreSQL these tests fail, they are never left out."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from anling.site import postgres
from anling.site.postgres.layout import Layout
from anling.site.postgres.locks import try_lock
from anling.site.postgres.server import running
from tests.support.prepared import ANLING, move_into

HOLD = """
import sys, time
from pathlib import Path
from anling.site import postgres
postgres.ensure(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


@dataclass(frozen=True)
class Home:
    """An ANLING_HOME and what can be done in it from outside."""

    path: Path

    @property
    def layout(self) -> Layout:
        return Layout(self.path / "postgres")

    def hold(self) -> subprocess.Popen[str]:
        """A process that uses the server and does nothing else."""
        command = [sys.executable, "-c", HOLD, str(self.layout.folder)]
        holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        return holder

    def pid(self) -> int:
        """The server's process."""
        return int((self.layout.data / "postmaster.pid").read_text().split()[0])

    def connect(self, role: str, **changes: str) -> psycopg.Connection:
        address = postgres.address(self.layout.folder, role)
        parts = {"host": address.host, "port": str(address.port), "dbname": address.name, "user": role}
        return psycopg.connect(**{**parts, "password": address.password, **changes}, autocommit=True)  # type: ignore[arg-type]

    def anling(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("ANLING_", "DATABASE_"))}
        return subprocess.run(
            [ANLING, *arguments], env={**own, "ANLING_HOME": str(self.path), "PYTHONUTF8": "1", **variables},
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip

    def stopped(self) -> bool:
        """Server and watchdog are gone."""
        free = try_lock(self.layout.watching) if self.layout.folder.exists() else None
        if free is not None:
            os.close(free)
        return not running(self.layout) and (free is not None or not self.layout.folder.exists())

    def watchdogs(self) -> list[int]:
        """The processes that watch this home's server, zombies aside."""
        words = f"anling.site.postgres.watchdog {self.layout.folder} "
        return [process.pid for process in psutil.process_iter() if words in _command(process)]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def end(holder: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    holder.send_signal(number)
    holder.wait(timeout=60)
    assert holder.stdout
    holder.stdout.close()


def make_home() -> Home:
    """Not under pytest's own folder, which nobody but root may enter when root runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="anling-test-"))
    path.chmod(0o711)
    return Home(path)


@contextmanager
def held(home: Home) -> Iterator[None]:
    """The home's server runs meanwhile."""
    holder = home.hold()
    try:
        yield
    finally:
        end(holder)


@pytest.fixture
def home() -> Iterator[Home]:
    """A fresh home; its server has to be gone at the end."""
    made = make_home()
    yield made
    assert within(60, made.stopped)
    shutil.rmtree(made.path)


@pytest.fixture
def migrated(home: Home) -> Home:
    """A home whose database has its tables."""
    move_into(home.path)
    return home


@pytest.fixture(scope="module")
def running_home() -> Iterator[Home]:
    """A home whose server runs for a whole file of tests."""
    made = make_home()
    holder = made.hold()
    yield made
    end(holder)
    assert within(60, made.stopped)
    shutil.rmtree(made.path)
