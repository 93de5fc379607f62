"""One measured process: what it cost, as the kernel counts it, and what it said.

The measuring process stays small on purpose: Linux lets a child inherit the peak memory of the process it was started
from, so a large parent would show in every figure. It therefore imports neither DuckDB nor Arrow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bench.place import ROOT, THREADS

Done = TypeVar("Done")
_THREAD_LIMITS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS")
"""DuckDB is told in its own configuration; Arrow and NumPy listen to OpenMP's."""


class ProcessError(Exception):
    """A measured process failed; what it wrote last is in the message."""


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds (user and system, the process and its children), wall seconds, peak resident memory in GB of 10⁹
    bytes, and the facts that the process reported about its result.
    """

    cpu_s: float
    wall_s: float
    peak_gb: float
    facts: dict[str, Any]


def timed(work: Callable[[], Done]) -> tuple[float, Done]:
    """Wall seconds of a piece of work in this process, and what it returned."""
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def measure(module: str, *arguments: str | Path) -> Measured:
    """Run `python -m module arguments`, whose standard output is one JSON object. Raises ProcessError."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=complaints)
        assert process.stdout is not None
        with process.stdout:
            said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            complaints.seek(0)
            raise ProcessError(f"{module} ended with {process.returncode}:\n{complaints.read().decode()[-2000:]}")
    return Measured(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024 / 1e9, _facts(module, said))


def _environment() -> dict[str, str]:
    return {**os.environ, **dict.fromkeys(_THREAD_LIMITS, str(THREADS))}


def _facts(module: str, said: bytes) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(said.decode().strip().rpartition("\n")[2])
    except json.JSONDecodeError as error:
        raise ProcessError(f"{module} did not report its result as a JSON object") from error
    return facts


def report(**facts: object) -> None:
    """What a measured process says at its end."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
