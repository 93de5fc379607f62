"""The intake of one run: the roster, and every batch in a folder of feeds."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from anling.engines.errors import OutOfMemoryError
from anling.feeds.intake.batches import FeedBatch, FeedIntake, Refusal, RosterBatch
from anling.feeds.intake.errors import InputError, RefusedError
from anling.feeds.intake.feeds import BatchFiles, FeedReader, Outcome
from anling.feeds.intake.formats import SUFFIXES
from anling.feeds.intake.limits import Desk, Limits
from anling.feeds.intake.manifest import Manifest
from anling.feeds.intake.roster import RosterReader
from anling.feeds.intake.store import Store
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
        self._progress = progress
        self._store, self._limits = Store(store), Limits(memory_limit, threads)
        self._rosters = RosterReader(self._store, policy, self._limits)
        self._feeds = FeedReader(self._store, policy)

    def roster(self, path: Path) -> RosterBatch:
        """The roster's batch in the store. Raises InputError where the file as a whole cannot be used."""
        self._progress(path.name, 0, 1)
        try:
            batch = self._rosters.read(path)
        except RefusedError as error:
            raise InputError(error.sentence) from error
        except OutOfMemoryError as error:
            raise _too_little_memory(path) from error
        self._progress(path.name, 1, 1)
        return batch

    def feeds(self, directory: Path) -> FeedIntake:
        """Every batch of `directory`/<feed>/. Raises InputError where the folder cannot be read."""
        found, refused = _found(directory)
        batches: list[FeedBatch] = []
        for outcome in self._outcomes(found):
            if isinstance(outcome, FeedBatch):
                batches.append(outcome)
            else:
                refused.append(outcome)
        once, repeated = _once(batches)
        return FeedIntake(once, tuple(sorted([*refused, *repeated], key=lambda refusal: refusal.file)))

    def look(self, files: BatchFiles, manifest: Manifest) -> None:
        """Everything about a batch but its rows: catalogue, format, hash. Raises RefusedError."""
        self._feeds.look(files, manifest)

    def batch(self, files: BatchFiles, manifest: Manifest) -> Outcome:
        """One batch, wherever its file lies. Raises InputError where the memory limit is too low for it."""
        with Desk(self._store, self._limits) as desk:
            return self._outcome(files, desk, manifest)

    def rows_of(self, files: BatchFiles, manifest: Manifest, numbers: Collection[int]) -> Iterator[dict[str, Any]]:
        """Some rows of a batch as they were sent, one by one, with their number from 1. Raises RefusedError."""
        job = self._feeds.job(files, manifest)
        with Desk(self._store, self._limits) as desk, desk.place() as place:
            yield from self._feeds.rows_of(job, place, numbers)

    def _outcomes(self, found: Sequence[BatchFiles]) -> Iterator[Outcome]:
        with Desk(self._store, self._limits) as desk:
            for done, files in enumerate(found):
                self._progress(files.label, done, len(found))
                yield self._outcome(files, desk)
        if found:
            self._progress(found[-1].label, len(found), len(found))

    def _outcome(self, files: BatchFiles, desk: Desk, manifest: Manifest | None = None) -> Outcome:
        try:
            seen = self._feeds.look(files, manifest)
            return seen if isinstance(seen, FeedBatch) else self._feeds.take_in(seen, desk)
        except RefusedError as error:
            return Refusal(files.label, error.sentence)
        except OutOfMemoryError as error:
            raise _too_little_memory(files.data) from error


def _once(batches: list[FeedBatch]) -> tuple[tuple[FeedBatch, ...], list[Refusal]]:
    """One batch per feed and name: two of one name would be taken for one in every reference to it."""
    kept: dict[tuple[str, str], FeedBatch] = {}
    repeated: list[Refusal] = []
    for batch in sorted(batches, key=lambda each: (each.feed, each.batch, each.file)):
        first = kept.setdefault((batch.feed, batch.batch), batch)
        if first is not batch:
            sentence = (
                f"{batch.file}: 批次号“{batch.batch}”与 {first.file} 重复,请更正清单 /"
                f" the batch {batch.batch} is also {first.file}; correct its manifest"
            )
            repeated.append(Refusal(batch.file, sentence))
    return tuple(kept.values()), repeated


def _found(directory: Path) -> tuple[list[BatchFiles], list[Refusal]]:
    """The batches by file name, and what lies there without being one."""
    each = [one for entry in _entries(directory) for one in (_in_folder(entry) if entry.is_dir() else _outside(entry))]
    found = [one for one in each if isinstance(one, BatchFiles)]
    return found, [one for one in each if isinstance(one, Refusal)]


def _outside(path: Path) -> Iterator[Refusal]:
    if path.suffix.lower() in SUFFIXES:
        yield Refusal(
            path.name,
            f"{path.name}: 应放在以数据源命名的文件夹中 / the file must lie in a folder named after its feed;"
            " move it there",
        )


def _in_folder(folder: Path) -> Iterator[BatchFiles | Refusal]:
    entries = [entry for entry in _entries(folder) if entry.is_file()]
    data = [entry for entry in entries if entry.suffix.lower() != ".json"]
    for path in data:
        label = f"{folder.name}/{path.name}"
        manifest = path.with_suffix(".json")
        if not manifest.is_file():
            yield Refusal(
                label, f"{path.name}: 缺少清单 {manifest.name} / the manifest {manifest.name} is missing; add it"
            )
        elif sum(other.stem == path.stem for other in data) > 1:
            yield Refusal(
                label,
                f"{path.name}: 一个清单有多个数据文件,请只保留一个 / the manifest {manifest.name} has several data"
                " files; keep one",
            )
        else:
            yield BatchFiles(folder.name, manifest, path)
    stems = {path.stem for path in data}
    for path in entries:
        if path.suffix.lower() == ".json" and path.stem not in stems:
            yield Refusal(
                f"{folder.name}/{path.name}",
                f"{path.name}: 清单没有对应的数据文件 / the manifest has no data file beside it; send the file",
            )


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        raise InputError(
            f"{directory.name}: 无法打开数据源文件夹 / the folder of feeds cannot be opened; check --feeds"
        ) from error


def _too_little_memory(path: Path) -> InputError:
    return InputError(
        f"{path.name}: 内存上限不足,请提高 --memory-limit / the memory limit is too low for this"
        " file; raise --memory-limit"
    )
