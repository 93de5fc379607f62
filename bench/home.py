"""An empty installation for one measurement, gone with it, and the processes that work in it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.place import ROOT
from bench.process import ProcessError

ANLING = str(ROOT / ".venv" / "bin" / "anling")
_LAST = 2000
"""Characters of what a failed process complained of that are told."""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of its own, and the variables under which processes find the installation in it."""

    folder: Path
    environment: dict[str, str]

    def anling(self, *arguments: str) -> str:
        """Run a command of the program; the last line that it wrote. Raises ProcessError."""
        return self._run([ANLING, *arguments])

    def inside(self, module: str, *arguments: str) -> str:
        """Run main() of a module in the rooms of the installation; the last line that it wrote. Raises ProcessError."""
        return self._run([sys.executable, "-m", "bench.inside", module, *arguments])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.environment, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            raise ProcessError(f"{command[1:4]} ended with {done.returncode}:\n{done.stderr[-_LAST:]}")
        return done.stdout.strip().rpartition("\n")[2]


@contextmanager
def fresh_home() -> Iterator[Home]:
    """An installation whose database is migrated and empty."""
    with tempfile.TemporaryDirectory(prefix="anling-bench-") as name:
        folder = Path(name)
        # the database server works as another user where we are root: it has to reach its folder
        folder.chmod(0o711)
        home = Home(folder, {
            **os.environ, "ANLING_HOME": str(folder / "home"), "ANLING_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "anling.site.settings",
        })  # fmt: skip
        home.anling("migrate")
        yield home
