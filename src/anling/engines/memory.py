"""Memory: how a limit is written, and what becomes of what a process frees."""

import ctypes
import re

import pyarrow as pa

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30,
          "TIB": 2**40}  # fmt: skip
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 1 << 30
_LARGEST_KEPT = 32 << 20
"""The most that glibc takes: larger blocks go straight to the system and back."""


def keep_freed_memory() -> None:
    """Tell glibc to keep up to a gigabyte of what is freed, and Arrow to use it. Elsewhere nothing changes.

    Columns of a hundred thousand rows come and go all the time. By default each takes fresh pages from the system,
    which clears them first.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT)
        mallopt(_TRIM_THRESHOLD, _KEPT)
        pa.set_memory_pool(pa.system_memory_pool())


def in_bytes(memory_limit: str) -> int:
    """A size such as "4GB" in bytes. Raises ValueError where it is none."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?I?B)\s*", memory_limit.upper())
    if not found:
        raise ValueError(f"memory limit {memory_limit!r} is not a size: write a number and a unit, such as 4GB")
    return int(float(found[1]) * _UNITS[found[2]])
