"""The folder of a run: whole under its name, or not there at all (contracts.md, commands)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anling.comparison.intake import InputError

MARK = "run.json"
"""What makes a folder the result of a run; written last."""


@contextmanager
def result_folder(out: Path) -> Iterator[Path]:
    """A fresh folder beside `out` that takes its name when the block ends well, and goes when it does not.

    A result of an earlier run under that name is replaced; anything else there is not touched.
    Raises InputError where the name is taken by something else or the place cannot be written.
    """
    refuse_foreign(out)
    partial = _partial(out)
    try:
        yield partial
        _put_in_place(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def refuse_foreign(out: Path) -> None:
    """Raises InputError unless `out` is free, empty, or the result of a run."""
    if out.is_dir() and (not any(out.iterdir()) or (out / MARK).is_file()):
        return
    if out.exists() or out.is_symlink():
        raise InputError(f"{out}: this is not the result of a run, so it is not replaced; name another --out.")


def _partial(out: Path) -> Path:
    """The working folder of this process; those of processes that are gone are removed."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for left in out.parent.glob(f".{out.name}.partial-*"):
            if not _alive(left.name.rpartition("-")[2]):
                shutil.rmtree(left, ignore_errors=True)
        partial = out.parent / f".{out.name}.partial-{os.getpid()}"
        partial.mkdir()
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror}); name another --out.") from error
    return partial


def _put_in_place(partial: Path, out: Path) -> None:
    replaced = partial.with_name(f"{partial.name}-replaced")
    if out.exists():
        out.rename(replaced)
    partial.rename(out)
    shutil.rmtree(replaced, ignore_errors=True)


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
