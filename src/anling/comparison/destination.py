"""Where a result goes: a folder of this machine, or one on a filesystem with an address (hdfs://…).

At an address, too, a result is whole under its name or not there at all: it is made on this machine, copied beside its
place, and then renamed. A run that is killed while it copies leaves `.NAME.partial-*` there, which nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from anling.comparison.output import MARK, make_way, result_folder
from anling.engines.errors import EngineError, EngineMissingError
from anling.engines.spark.address import Address
from anling.engines.spill import SpillFolder
from anling.feeds.intake import InputError

if TYPE_CHECKING:
    from anling.engines.spark.files import Files


class Destination(Protocol):
    """Where a result goes; that the name is free, or an earlier result's, is known before any work is done."""

    def draft(self) -> AbstractContextManager[Path]:
        """A fresh folder of this machine: when the block ends well its content is the result, or else it goes."""


class Folder:
    """A folder of this machine. Raises InputError where the name is taken by something else."""

    def __init__(self, out: Path) -> None:
        make_way(out)
        self._out = out

    def draft(self) -> AbstractContextManager[Path]:
        """See comparison.output.result_folder."""
        return result_folder(self._out)


class Elsewhere:
    """A folder with an address. temp: folder of this machine in which the result is made.

    Raises InputError where the name is taken by something else, or the filesystem cannot be used.
    """

    def __init__(self, files: Files, out: Address, temp: Path) -> None:
        self._files, self._out, self._temp = files, out, temp
        self._aside = out.beside(f".{out.name}.replaced")
        with _told():
            self._make_way()

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder that is copied to the address when it is whole."""
        spill = SpillFolder(self._temp)
        try:
            folder = spill.path / "result"
            folder.mkdir()
            yield folder
            with _told():
                self._bring(folder)
        finally:
            spill.remove()

    def _make_way(self) -> None:
        if self._whole(self._aside) and not self._files.exists(self._out):
            self._files.rename(self._aside, self._out)
        taken = self._files.exists(self._out) and not self._whole(self._out)
        if taken and not self._files.is_empty(self._out):
            raise InputError(
                f"{self._out}: this is not the result of a run, so it is not replaced; name another --out."
            )

    def _bring(self, folder: Path) -> None:
        """A rename is one act on HDFS; where the filesystem copies instead, as S3 does, readers look for run.json."""
        draft = self._out.beside(f".{self._out.name}.partial-{uuid4().hex}")
        try:
            self._files.upload(folder, draft)
            self._make_way()
            self._files.remove(self._aside)
            if self._whole(self._out):
                self._files.rename(self._out, self._aside)
            self._files.remove(self._out)
            if not self._files.rename(draft, self._out):
                raise EngineError(f"{self._out}: the result could not be given its name")
            self._files.remove(self._aside)
        finally:
            self._files.remove(draft)

    def _whole(self, folder: Address) -> bool:
        return self._files.exists(folder / MARK)


def destination_of(out: Path | Address, files: Files | None, temp: Path) -> Destination:
    """Where a result goes; files: a client, where that is an address. Raises InputError where the name is not free."""
    if not isinstance(out, Address):
        return Folder(out)
    assert files is not None
    return Elsewhere(files, out, temp)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except EngineMissingError as error:
        raise InputError(str(error)) from error
