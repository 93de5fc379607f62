"""Finding a Java that Spark runs on, and counting what its process takes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from anling.engines.errors import EngineMissingError

_TICKS = os.sysconf("SC_CLK_TCK")
_USUAL = Path("/usr/lib/jvm")
OLDEST = 17


def java_home() -> Path:
    """The Java that JAVA_HOME names, else the one of the search path, else the oldest fit one where Debian keeps them.

    Raises EngineMissingError where there is none.
    """
    named = os.environ.get("JAVA_HOME")
    if named:
        if (Path(named) / "bin" / "java").exists():
            return Path(named)
        raise EngineMissingError(
            f"JAVA_HOME={named}: there is no bin/java; name a Java {OLDEST} or newer, or unset it."
        )
    found = shutil.which("java")
    if found:
        return Path(found).resolve().parents[1]
    kept = sorted(_USUAL.glob("java-[0-9]*-openjdk-*"), key=_release)
    fit = [home for home in kept if _release(home) >= OLDEST and (home / "bin" / "java").exists()]
    if not fit:
        raise EngineMissingError(
            f"The engine spark needs Java {OLDEST} or newer and none was found; install it"
            " (Debian: apt install default-jre-headless) or name it by JAVA_HOME."
        )
    return fit[0]


def cpu_seconds(root: int) -> float:
    """CPU seconds of a process and its descendants, those that have ended included; 0 where the system does not say."""
    return sum(sum(_times(each)) for each in _family(root)) / _TICKS


def peak_gb(root: int) -> float:
    """The most memory that a process and its living descendants held, each at its own height, in GB."""
    return sum(_peak(each) for each in _family(root)) * 1024 / 1e9


def _release(home: Path) -> int:
    return int(home.name.split("-")[1].partition(".")[0])


def _family(root: int) -> list[int]:
    found = [root]
    for parent in found:
        found.extend(_children(parent))
    return found


def _children(process: int) -> Iterator[int]:
    """Those that live, by whichever of its threads they were started."""
    for file in Path("/proc").glob(f"{process}/task/*/children"):
        with suppress(OSError):
            yield from map(int, file.read_text().split())


def _times(process: int) -> list[int]:
    """User, system, and the same of its children that have ended."""
    return [int(each) for each in _stat(process)[11:15]]


def _stat(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _peak(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
