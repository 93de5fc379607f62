"""Progress on stderr: a bar on a terminal, a line per stage elsewhere, nothing where a program reads the output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]


@contextmanager
def progress(*, silent: bool) -> Iterator[Progress]:
    """A listener that takes a label, how much is done and how much there is."""
    if silent:
        yield lambda label, done, total: None
    elif sys.stderr.isatty():
        with _bar() as listener:
            yield listener
    else:
        yield _Lines().heard


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("")

        def heard(label: str, done: int, total: int) -> None:
            bars.update(task, description=label, completed=done, total=max(total, 1))

        yield heard


class _Lines:
    """A line when a stage begins. The files of one feed are one stage."""

    def __init__(self) -> None:
        self._stage = ""

    def heard(self, label: str, done: int, total: int) -> None:
        stage = label.partition("/")[0]
        if stage != self._stage:
            self._stage = stage
            print(f"{stage} ({min(done + 1, total):,} of {total:,})", file=sys.stderr, flush=True)
