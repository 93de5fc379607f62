"""A province of 2,000 made and compared once through the real command; every journey starts from there."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import starts

AS_OF = "2026-06-30"
ANLING = Path(sys.executable).parent / "anling"


@dataclass(frozen=True)
class Office:
    """Where a journey plays: a province, an own ANLING_HOME, and the command."""

    home: Path
    province: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {**os.environ, "ANLING_HOME": str(self.home), "PYTHONUTF8": "1"}

    def anling(self, *arguments: object, timeout: float = 120, **changes: str) -> subprocess.CompletedProcess[str]:
        if not changes:
            return starts.run([*map(str, arguments)], self.environment, platform=False, seconds=timeout)
        return subprocess.run(
            [ANLING, *map(str, arguments)],
            env={**self.environment, **changes},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=timeout,
        )

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [ANLING, *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def compare_arguments(self, out: object, **changes: object) -> list[object]:
        chosen = {
            "roster": self.province / "roster.parquet",
            "feeds": self.province / "feeds",
            "as-of": AS_OF,
            "out": out,
        }
        return ["compare", *(word for name, value in (chosen | changes).items() for word in (f"--{name}", value))]


@dataclass(frozen=True)
class Compared:
    """The first run of the office and what it printed."""

    out: Path
    finished: subprocess.CompletedProcess[str]

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        return report


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    office = Office(folder / "home", folder / "province")
    made = office.anling("synth", "--people", 2000, "--seed", 4, "--out", office.province)
    assert made.returncode == 0, made.stderr
    return office


@pytest.fixture(scope="session")
def compared(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    out = tmp_path_factory.mktemp("runs") / "run"
    return Compared(out, office.anling(*office.compare_arguments(out)))
