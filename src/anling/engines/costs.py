"""What a run cost, step by step, whichever engine it ran on."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from anling.engines.results.results import Totals


@dataclass(frozen=True, slots=True)
class StepCost:
    """What one step took over all slices: seconds of wall and of CPU, and the peak memory after it."""

    name: str
    wall_s: float
    cpu_s: float
    peak_gb: float


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run came to: counts, and what each step cost. engine: its name and version."""

    engine: str
    totals: Totals
    costs: tuple[StepCost, ...]
    slices: int

    @property
    def peak_gb(self) -> float:
        """The most memory that was held up to the end, in GB."""
        return max((own_peak_gb(), *(cost.peak_gb for cost in self.costs)))


def own_cpu_seconds() -> float:
    """CPU seconds of this process, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def own_peak_gb() -> float:
    """The most memory this process held, in GB: the kernel counts in units of 1,024 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


class Stopwatch:
    """Adds up what each named step takes. cpu_seconds, peak_gb: of whatever does the work; this process by default."""

    def __init__(
        self, cpu_seconds: Callable[[], float] = own_cpu_seconds, peak_gb: Callable[[], float] = own_peak_gb
    ) -> None:
        self._cpu_seconds, self._peak_gb = cpu_seconds, peak_gb
        self._costs: dict[str, StepCost] = {}

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Book the wall and CPU seconds of the block under the name."""
        wall, cpu = time.perf_counter(), self._cpu_seconds()
        yield
        wall, cpu = time.perf_counter() - wall, self._cpu_seconds() - cpu
        before = self._costs.get(name, StepCost(name, 0.0, 0.0, 0.0))
        self._costs[name] = StepCost(name, before.wall_s + wall, before.cpu_s + cpu, self._peak_gb())

    @property
    def costs(self) -> tuple[StepCost, ...]:
        """The steps in the order in which they first ran."""
        return tuple(self._costs.values())
