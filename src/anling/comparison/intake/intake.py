"""The intake of one run: the roster, and every batch in a folder of feeds."""

from collections.abc import Callable
from pathlib import Path

from anling.comparison.intake.batches import FeedIntake, RosterBatch
from anling.policy import Policy

Progress = Callable[[str, int, int], None]
"""Called with a label, how many steps are done, and how many there are."""


def silent(label: str, done: int, total: int) -> None:
    """A progress listener that does not listen."""


class Intake:
    """Reads files into the store; what is there already, whole and under the same rules, is not read again.

    store: folder of the ingested store, made if absent and shared by concurrent runs.
    memory_limit, threads: for the engine, see `engines.duckdb.session.Session`.
    """

    def __init__(
        self,
        store: Path,
        policy: Policy,
        *,
        memory_limit: str = "4GB",
        threads: int | None = None,
        progress: Progress = silent,
    ) -> None:
        self.store = store
        self.policy = policy
        self.memory_limit = memory_limit
        self.threads = threads
        self.progress = progress

    def roster(self, path: Path) -> RosterBatch:
        """The roster's batch in the store. Raises InputError where the file as a whole cannot be used."""
        raise NotImplementedError

    def feeds(self, directory: Path) -> FeedIntake:
        """Every batch of `directory`/<feed>/. Raises InputError where the folder cannot be read."""
        raise NotImplementedError
