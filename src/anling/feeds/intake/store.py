"""The folder of ingested batches: each is written beside and then renamed, so it is there whole or not at all.

    STORE/feeds/<feed>/<key>/   life.parquet and batch.json; loss, other, odd_names and quarantine.parquet, if any rows
    STORE/roster/<key>/         roster.parquet and batch.json; quarantine.parquet, if any rows
    STORE/tmp/                  what running processes are writing; locked by them, cleared away when they are gone

The key is a hash over everything the rows depend on. Concurrent runs may write one batch twice: the first rename wins.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

Facts = dict[str, Any]


def batch_key(*parts: str) -> str:
    """32 hexadecimal digits over everything that the rows of a batch depend on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def files_of(folder: Path) -> tuple[Path, ...]:
    """The files that a whole batch consists of, batch.json first; that alone where it is gone or cannot be read."""
    facts = folder / "batch.json"
    try:
        return (facts, *(folder / name for name in json.loads(facts.read_bytes())["files"]))
    except (OSError, ValueError, KeyError):
        return (facts,)


class Store:
    """The ingested store under `root`, made if absent. What dead processes left in its tmp folder is removed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tmp = root / "tmp"
        self._tmp.mkdir(parents=True, exist_ok=True)
        self._clear()

    def feed_folder(self, feed: str, key: str) -> Path:
        """Where a batch of a feed lies once it is whole."""
        return self.root / "feeds" / feed / key

    def roster_folder(self, key: str) -> Path:
        """Where a roster lies once it is whole."""
        return self.root / "roster" / key

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder for the work of this process, removed afterwards, also by the next run if this one is killed."""
        lock, folder = self._locked_name()
        try:
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(FileNotFoundError):
                self._lock_path(folder).unlink()
            os.close(lock)

    def publish(self, written: Path, folder: Path, facts: Mapping[str, object]) -> None:
        """Add batch.json to a written folder and rename it to its place; what another run put there first stays."""
        sizes = {file.name: file.stat().st_size for file in sorted(written.iterdir())}
        text = json.dumps({**facts, "files": sizes}, ensure_ascii=False, indent=1)
        (written / "batch.json").write_text(text + "\n", encoding="utf-8")
        for file in (*written.iterdir(), written):
            _sync(file)
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            written.rename(folder)
        except OSError:
            if self.facts(folder) is None:
                raise
        _sync(folder.parent)

    def facts(self, folder: Path) -> Facts | None:
        """batch.json of a whole batch; None where there is none. One that lost a file or a part of it is removed."""
        try:
            facts: Facts = json.loads((folder / "batch.json").read_bytes())
            if all((folder / name).stat().st_size == size for name, size in facts["files"].items()):
                return facts
        except (OSError, ValueError, KeyError, AttributeError):
            pass  # not there, or not whole
        if folder.exists():
            self._remove(folder)
        return None

    def _remove(self, folder: Path) -> None:
        with self.workspace() as space, suppress(FileNotFoundError):
            folder.rename(space / folder.name)

    def _locked_name(self) -> tuple[int, Path]:
        while True:
            folder = self._tmp / uuid4().hex
            lock = os.open(self._lock_path(folder), os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                # a run that clears may have taken the lock file for an orphan in the moment before the lock
                if os.fstat(lock).st_ino == self._lock_path(folder).stat().st_ino:
                    return lock, folder
            os.close(lock)

    def _clear(self) -> None:
        for path in sorted(self._tmp.glob("*.lock")):
            with suppress(FileNotFoundError):
                lock = os.open(path, os.O_RDWR)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                    path.unlink()
                except BlockingIOError:
                    pass
                finally:
                    os.close(lock)

    @staticmethod
    def _lock_path(folder: Path) -> Path:
        return folder.with_suffix(".lock")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
