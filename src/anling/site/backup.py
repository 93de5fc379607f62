"""`anling backup`: database, keys and files in one file."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import anling
from anling.site import archive, dumping, kept_files
from anling.site.database import locate
from anling.site.environment import Environment
from anling.site.errors import SiteError
from anling.site.migrating import behind, prepare
from anling.site.roles import look

DATABASE = "database.dump"
HEAD = "audit-head"


def back_up(environment: Environment, target: Path) -> str:
    """Write the archive while everything goes on; the sentence that says so. Raises SiteError, OSError.

    The database is read as of one moment and before the files, so that every file it names is in the archive.
    """
    prepare(environment)
    dumping.check_version(look("owner").major)
    if behind():
        raise SiteError("The database is older than this program; run anling migrate first.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=environment.home) as folder:
        begun, dumped, head = _now(), Path(folder) / DATABASE, _early(environment.home, Path(folder))
        dumping.dump(locate(environment)["owner"], dumped)
        content_hash = _hash(dumped)
        kept = kept_files.kept(environment.home, begun)
        files = [(f"home/{name}", environment.home / name) for name in kept.files if name != HEAD]
        parts = [(DATABASE, dumped), *head, *files]
        links = {f"home/{name}": points_to for name, points_to in kept.links.items()}
        archive.write(target, parts, {"version": anling.__version__, "postgresql": look("owner").version}, links)
    _tell(target, content_hash, len(parts))
    return f"{target}: {target.stat().st_size:,} bytes, {len(parts)} parts. Keep it as closely as the database itself."


def _early(home: Path, folder: Path) -> list[tuple[str, Path]]:
    """The head as it was before the dump: the chain of the dump may go beyond it, and must never end before it."""
    if not (home / HEAD).is_file():
        return []
    return [(f"home/{HEAD}", Path(shutil.copyfile(home / HEAD, folder / HEAD)))]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> datetime:
    from anling.site import console  # noqa: PLC0415  # needs the settings

    return console.now()


def _tell(target: Path, content_hash: str, parts: int) -> None:
    from django.db import transaction  # noqa: PLC0415  # needs the settings

    from anling.audit.kinds import Kind  # noqa: PLC0415
    from anling.audit.operations import Subject, record  # noqa: PLC0415
    from anling.site import console  # noqa: PLC0415

    with transaction.atomic():
        on = Subject("backup", target.name[-80:])
        record(Kind.BACKUP_MADE, by=console.CONSOLE, at=console.now(), on=on, rows=parts, content_hash=content_hash)
