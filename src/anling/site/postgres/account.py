"""The account under which PostgreSQL runs: ours, or an unprivileged one where we are root (PostgreSQL refuses root)."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anling.site.errors import SiteError

_CHOICE = ("anling", "nobody")
"""Accounts for root to drop to, the first that exists; a system's own `postgres` is left to its own clusters."""


@dataclass(frozen=True)
class Account:
    """A user and group of the system. dropped: root gives up its rights to become it."""

    uid: int
    gid: int
    dropped: bool

    def run(self, command: Sequence[str], *, timeout: float, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from /, with a plain environment; `text` is its standard input.

        timeout: seconds. Its output is captured; the caller looks at the exit status.
        """
        others: list[int] | None = [] if self.dropped else None  # only root may change the groups of a process
        return subprocess.run(
            command, input=text, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
            timeout=timeout, cwd="/", env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, umask=0o077,
            user=self.uid if self.dropped else None, group=self.gid if self.dropped else None, extra_groups=others,
        )  # fmt: skip

    def make_folder(self, folder: Path) -> None:
        """A folder of mode 0700 that belongs to this account; raises SiteError where it belongs to another."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.dropped and folder.stat(follow_symlinks=False).st_uid == 0 and not folder.is_symlink():
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)
        seen = folder.stat(follow_symlinks=False)
        if seen.st_uid != self.uid or seen.st_mode & 0o077 or folder.is_symlink():
            raise SiteError(f"{folder}: this folder must belong to the database's account alone; remove it.")

    def may_enter(self, place: Path) -> bool:
        """Whether this account may enter a folder, all its parents included."""
        return (
            not self.dropped or not self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(place)], timeout=10).returncode
        )

    def check_way(self, place: Path) -> None:
        """Raise SiteError unless this account may enter a folder; rights of parent folders are never changed."""
        if not self.may_enter(place):
            raise SiteError(
                f"PostgreSQL does not run as root, and the account {_name(self.uid)} may not enter {place}: run"
                " Anling as an ordinary user, name a folder in ANLING_HOME that everyone may enter, or a server in"
                " DATABASE_URL."
            )


def account(data: Path) -> Account:
    """The account for the cluster in `data`: whoever owns it; for a new one ourselves, or an unprivileged account."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, dropped=True)
    for name in _CHOICE:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid, dropped=True)
    raise SiteError("PostgreSQL does not run as root and there is no account to drop to: make one named anling.")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
