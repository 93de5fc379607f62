"""`anling import roster`: the same verbs as the upload page, in this process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anling.site import signing
from anling.site.environment import Environment


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the file: key of the import, its state, and rows by fate."""

    key: int
    state: str
    counts: dict[str, int]
    details: dict[str, Any]
    rejected_file: Path


def import_roster(environment: Environment, path: Path, *, username: str, apply: bool) -> Imported:
    """Check a roster file as an officer, and apply it where asked. Raises SiteError, InputError, RosterError."""
    by = signing.officer(environment, username)
    from django.utils import timezone  # noqa: PLC0415  # needs the apps

    from anling.feeds.roster_import import apply_file, check_file, folder_of  # noqa: PLC0415
    from anling.roster import operations  # noqa: PLC0415

    received = operations.receive(file_name=path.name, by=by, at=timezone.now())
    home = environment.home
    checked, stage = check_file(key=received.pk, path=path, home=home, by=by, at=timezone.now())
    if apply:
        checked = apply_file(key=checked.pk, by=by, at=timezone.now(), stage_of=stage)
    return Imported(
        checked.pk, checked.state, checked.counts, checked.details, folder_of(home, checked.pk) / "rejected.csv"
    )
