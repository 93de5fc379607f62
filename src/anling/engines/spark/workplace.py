"""Where the workers of a cluster read what was taken in, and lay down what they find."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from anling.engines.errors import EngineError
from anling.engines.spark.address import Address
from anling.engines.spark.files import AT_ONCE, Files
from anling.engines.spill import SpillFolder
from anling.matching.inputs import Inputs

Progress = Callable[[str, int, int], None]

OF_A_BATCH = ("life.parquet", "loss.parquet", "odd_names.parquet", "other.parquet")
"""The files of a batch that the steps read."""


class Workplace(Protocol):
    """A place that the driver and every worker see."""

    def name_of(self, file: Path) -> str:
        """What the workers call a file of the store."""

    def folder(self, relation: str) -> str:
        """Where the workers lay a relation down."""

    def found(self, folder: str) -> AbstractContextManager[Path | None]:
        """A folder below a relation's, on a drive of this machine; None where there is none."""

    def clear(self) -> None:
        """Remove what was laid down."""


class Drive:
    """A drive that every worker has under the same name. folder: a fresh one, for the relations."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def name_of(self, file: Path) -> str:
        """Its own path."""
        return str(file)

    def folder(self, relation: str) -> str:
        """A folder of the relation's name."""
        return str(self._folder / relation)

    @contextmanager
    def found(self, folder: str) -> Iterator[Path | None]:
        """The folder itself."""
        place = self._folder / folder
        yield place if place.exists() else None

    def clear(self) -> None:
        """Remove the relations."""
        shutil.rmtree(self._folder)


class Shared:
    """A folder on a filesystem with an address, to which the files of the store are copied once.

    Its files have the names of the store's, which are hashes over their content: what is there already, of the same
    size, is the same. temp: folder in which to keep the parts of the result that are at hand.
    """

    def __init__(self, files: Files, root: Address, store: Path, temp: Path) -> None:
        self._files, self._root, self._store, self._temp = files, root, store, temp
        self._work = root / "tmp" / uuid4().hex

    def publish(self, inputs: Inputs, progress: Progress) -> None:
        """Copy what the steps read of the store and what is not there yet. Raises EngineError, EngineMissingError."""
        wanted = [inputs.roster]
        for batch in inputs.batches:
            wanted += filter(None, map(batch.file, OF_A_BATCH))
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="share")
        try:
            for done, _ in enumerate(pool.map(self._copy, wanted)):
                progress("share", done, len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)

    def name_of(self, file: Path) -> str:
        """Its address."""
        return str(self._root / file.relative_to(self._store).as_posix())

    def folder(self, relation: str) -> str:
        """A folder of this run alone."""
        return str(self._work / relation)

    @contextmanager
    def found(self, folder: str) -> Iterator[Path | None]:
        """A copy that lasts as long as the context does."""
        place = self._work / folder
        if not self._files.exists(place):
            yield None
            return
        spill = SpillFolder(self._temp)
        try:
            self._files.download(place, spill.path / "part")
            yield spill.path / "part"
        finally:
            spill.remove()

    def clear(self) -> None:
        """Remove the folder of this run."""
        self._files.remove(self._work)

    def _copy(self, file: Path) -> None:
        to = Address(self.name_of(file))
        found = self._files.size(to)
        if found == file.stat().st_size:
            return
        written = to.beside(f".{to.name}.{uuid4().hex}")  # runs may copy one file at once: whole files change names
        try:
            self._files.upload(file, written)
            if found is not None:  # what a filesystem without whole renames has left
                self._files.remove(to)
            renamed = self._files.rename(written, to)
        except BaseException:
            self._files.remove(written)
            raise
        if not renamed:  # another run was first, as a rule
            self._files.remove(written)
            if self._files.size(to) != file.stat().st_size:
                raise EngineError(f"{to}: the file could not be given its name")
