"""What of ANLING_HOME is state beside the database, so that a backup holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

FILES = ("secret-key", "audit-key", "audit-head", "documents-key")
FOLDERS = ("uploads", "documents", "deliveries", "runs")
"""The rest is made again (the ingested store, files to hand out), waits to come in (`inbox`), or belongs to this
machine alone (passwords, sockets, logs). Of a run, what it rests on: what it came to is in the database."""
_OF_A_RUN = ("snapshot", "feeds")


@dataclass(frozen=True, slots=True)
class Kept:
    """Names below ANLING_HOME: plain files, and links with what each points to, from where it lies."""

    files: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)


def kept(home: Path, moment: datetime) -> Kept:
    """The files that a database dumped at a moment may name; what a run of a later moment froze is left out."""
    found = Kept()
    for path in _paths(home, moment):
        name = path.relative_to(home).as_posix()
        if not path.is_symlink():
            found.files.append(name)
        elif inside := _inside(path, home):
            found.links[name] = inside
    return found


def _paths(home: Path, moment: datetime) -> Iterator[Path]:
    yield from (home / name for name in FILES if (home / name).is_file())
    for name in FOLDERS:
        roots = _runs(home, moment) if name == "runs" else [home / name]
        for root in roots:
            yield from sorted(path for path in _walked(root) if path.is_symlink() or path.is_file())


def _walked(root: Path) -> Iterator[Path]:
    """What lies in a folder and below, links not followed; drafts, whose names begin with a dot, are left out."""
    if root.is_symlink():
        yield root
    else:
        yield from (path for path in root.rglob("*") if not path.name.startswith("."))


def _runs(home: Path, moment: datetime) -> list[Path]:
    """Of the runs that are done, and that alone: the files of one that fails are removed while this goes on."""
    from anling.audit.scope import province, within  # noqa: PLC0415  # needs the settings
    from anling.comparison.queries import done_before  # noqa: PLC0415

    with within(province()):
        folders = done_before(moment)
    return [home / "runs" / folder / part for folder in folders for part in _OF_A_RUN]


def _inside(link: Path, home: Path) -> str:
    """What a link points to, from where it lies; '' where that is outside ANLING_HOME, and so not ours to keep."""
    with suppress(OSError, ValueError):
        target = link.resolve().relative_to(home.resolve())
        return os.path.relpath(home.resolve() / target, home.resolve() / link.parent.relative_to(home))
    return ""
