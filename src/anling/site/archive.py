"""The file of a backup: a tar of parts, and last of all a manifest with the SHA-256 of each: it is whole or none.

Links between parts stand in the manifest, relative, so that what is linked is kept once and holds at any place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import posixpath
import secrets
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from anling.site.errors import SiteError

FORMAT = 2
_READ = (1, FORMAT)
"""Backups of the first format have no links, and lack what deliveries and runs rest on."""
MANIFEST = "manifest.json"
_BLOCK = 1024 * 1024


def write(
    target: Path, parts: Iterable[tuple[str, Path]], about: dict[str, Any], links: Mapping[str, str] | None = None
) -> None:
    """Write the archive (mode 0600) under its name only when it is whole and on the disk. Raises SiteError, OSError.

    links: name of a link → what it points to, from where it lies.
    """
    if target.exists():
        raise SiteError(f"{target} is there already; name another file.")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as archive:
                hashes = {name: _add(archive, name, path) for name, path in parts}
                manifest = json.dumps(
                    {"format": FORMAT, **about, "links": dict(links or {}), "parts": hashes}, indent=1
                ).encode()
                entry = tarfile.TarInfo(MANIFEST)
                entry.size = len(manifest)
                archive.addfile(entry, io.BytesIO(manifest))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)  # fails where somebody was faster
    except FileExistsError:
        raise SiteError(f"{target} is there already; name another file.") from None
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def unpacked(source: Path, beside: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The parts in a folder of their own, every hash checked, with what the manifest says; gone again afterwards.

    Raises SiteError unless the archive is whole and as it was written.
    """
    folder = beside / f".restore-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder, _unpack(source, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        entry = archive.gettarinfo(arcname=name, fileobj=file)
        reader = _Hashing(file)
        archive.addfile(entry, cast("IO[bytes]", reader))
    return reader.hash.hexdigest()


class _Hashing:
    """A file that hashes what is read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.hash.update(block)
        return block


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    found: dict[str, str] = {}
    about: dict[str, Any] = {}
    try:
        with tarfile.open(source, mode="r:") as archive:
            for entry in archive:
                file = archive.extractfile(entry)
                if file is None or not _plain(entry.name):
                    raise SiteError(_broken(source))
                if entry.name == MANIFEST:
                    about = json.loads(file.read())
                else:
                    found[entry.name] = _copy(file, folder / entry.name)
    except (tarfile.TarError, EOFError, ValueError):
        raise SiteError(_broken(source)) from None
    if about and about.get("format") not in _READ:
        raise SiteError(f"{source} was made by another version of this program; restore it with that one.")
    if not about or about.get("parts") != found:
        raise SiteError(_broken(source))
    for name, points_to in about.get("links", {}).items():
        _link(source, folder, name, points_to)
    return about


def _link(source: Path, folder: Path, name: str, points_to: str) -> None:
    """Raises SiteError for a link that lies or leads outside the home of the archive."""
    leads = posixpath.normpath(posixpath.join(posixpath.dirname(name), points_to))
    if not all(_plain(each) and each.startswith("home/") for each in (name, leads)):
        raise SiteError(_broken(source))
    place = folder / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.symlink_to(points_to)


def _copy(file: IO[bytes], target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = hashlib.sha256()
    with target.open("wb") as copy:
        while block := file.read(_BLOCK):
            seen.update(block)
            copy.write(block)
    target.chmod(0o600)
    return seen.hexdigest()


def _plain(name: str) -> bool:
    return not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts


def _broken(source: Path) -> str:
    return f"{source} is no whole backup: it was cut off or changed; nothing was restored, take another one."
