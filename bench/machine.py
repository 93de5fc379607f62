"""The machine in one line, and what was installed on it."""

import os
import platform
import subprocess
from importlib.metadata import version

from bench.place import ROOT

_PACKAGES = ("duckdb", "polars", "pyarrow", "numpy")


def describe() -> dict[str, str | int | float]:
    """Cores, memory in GB of 10⁹ bytes, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def code() -> str:
    """The commit that is measured; "-dirty" behind it where files differ from it, "unknown" outside a git checkout."""
    asked = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def line(machine: dict[str, str | int | float]) -> str:
    """For example: 2 cores, 25.3 GB, Linux x86_64; python 3.11.7, duckdb 2.0.0."""
    installed = ", ".join(f"{name} {machine[name]}" for name in ("python", *_PACKAGES))
    return f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; {installed}"
