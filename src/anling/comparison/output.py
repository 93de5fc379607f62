"""The folder of a run: whole under its name, or not there at all (contracts.md, commands)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anling.comparison.placing import Draft, put_back
from anling.feeds.intake import InputError

MARK = "run.json"
"""What makes a folder the result of a run; written last."""


@contextmanager
def result_folder(out: Path) -> Iterator[Path]:
    """A fresh folder beside `out` that takes its name when the block ends well, and goes when it does not.

    A result of an earlier run under that name is replaced; anything else there is not touched.
    Raises InputError where the name is taken by something else or the place cannot be written.
    """
    make_way(out)
    try:
        draft = Draft(out, MARK)
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror}); name another --out.") from error
    with draft as folder:
        yield folder


def make_way(out: Path) -> None:
    """Put an earlier result back that a killed run had moved aside.

    Raises InputError unless `out` is then free, empty, or the result of a run.
    """
    put_back(out, MARK)
    if out.is_dir() and (not any(out.iterdir()) or (out / MARK).is_file()):
        return
    if out.exists() or out.is_symlink():
        raise InputError(f"{out}: this is not the result of a run, so it is not replaced; name another --out.")
