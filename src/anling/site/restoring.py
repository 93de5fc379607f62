"""`anling restore`: an installation as a backup has it, as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from django.db import connections

from anling.site import archive, dumping
from anling.site.backup import DATABASE, HEAD
from anling.site.database import locate
from anling.site.environment import Environment
from anling.site.errors import SiteError
from anling.site.kept_files import FILES, FOLDERS
from anling.site.migrating import migrate, prepare, two_roles

_HOLDING = ("access_officer", "roster_person", "audit_entry")
"""A database without a row in any of these is empty; regions come with the program."""


def restore(environment: Environment, source: Path, *, replace: bool) -> str:
    """Put the archive's state in the place of this installation's; the sentence that says so. Raises SiteError.

    The archive is checked first; the database changes in one transaction; keys and files follow; then migrations,
    grants and row security are brought up to date. The old folders stay, as `uploads.before`,
    until the next time.
    """
    prepare(environment)
    dumping.check_version(two_roles().major)
    if not replace and (full := _holding()):
        raise SiteError(f"The database is not empty ({full} has rows); to give up what it holds, say --replace.")
    with archive.unpacked(source, environment.home) as (folder, about):
        connections.close_all()
        dumping.load(locate(environment)["owner"], folder / DATABASE)
        _put(folder / "home", environment.home)
    migrate(environment)
    _follow()
    _tell(source, about)
    return f"{source.name} of version {about['version']} is restored; start anling serve and anling worker again."


def _holding() -> str:
    """The first table that holds something, '' where the database is empty."""
    with connections["owner"].cursor() as cursor:
        for table in _HOLDING:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{table}"])
            if cursor.fetchone()[0]:
                own = " WHERE kind <> 'territory.loaded'" if table == "audit_entry" else ""
                cursor.execute(f"SELECT EXISTS (SELECT FROM {table}{own})")  # names of our own
                if cursor.fetchone()[0]:
                    return table
    return ""


def _put(parts: Path, home: Path) -> None:
    """Keys and files into the home, each by one rename."""
    for name in FILES:
        if (parts / name).exists():
            os.replace(parts / name, home / name)
        elif name == HEAD:
            (home / name).unlink(missing_ok=True)  # it tells of a trail that is not here any more
    for name in FOLDERS:
        before = home / f"{name}.before"
        if (home / name).exists():
            shutil.rmtree(before, ignore_errors=True)
            (home / name).rename(before)
        if (parts / name).exists():
            (parts / name).rename(home / name)


def _follow() -> None:
    """The head in the archive is older than its dump; a chain that does not go on from it is told by `anling check`."""
    from anling.audit.taking_up import follow  # noqa: PLC0415  # needs the apps

    follow()


def _tell(source: Path, about: dict[str, Any]) -> None:
    from django.db import transaction  # noqa: PLC0415  # needs the settings

    from anling.audit.kinds import Kind  # noqa: PLC0415
    from anling.audit.operations import Subject, record  # noqa: PLC0415
    from anling.site import console  # noqa: PLC0415

    with transaction.atomic():
        on = Subject("backup", source.name[-80:])
        database = about["parts"][DATABASE]
        record(
            Kind.BACKUP_RESTORED, by=console.CONSOLE, at=console.now(), on=on, rows=len(about["parts"]),
            content_hash=database,
        )  # fmt: skip
