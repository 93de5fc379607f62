"""What the engine may use while it takes files in."""

from dataclasses import dataclass
from pathlib import Path

from anling.engines.duckdb.session import Session


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory as text such as "4GB"; threads, None for one per core."""

    memory: str
    threads: int | None

    def session(self, temp: Path) -> Session:
        """A session of its own for one batch, spilling into `temp`: what a damaged file does to it ends with it."""
        return Session(memory_limit=self.memory, threads=self.threads, temp=temp)
