"""`anling sign-in`, `anling sign-out`, and who acts with `--as`: an officer who has signed in here."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from anling.site.environment import Environment
from anling.site.errors import SiteError
from anling.site.migrating import prepare_current

if TYPE_CHECKING:
    from anling.audit.values import Actor


def sign_in(environment: Environment, *, username: str, ask: Callable[[str], str]) -> str:
    """Sign an officer in at this command line; the sentence that says so. Raises SiteError with one sentence.

    ask: gets a question, "Password" or "Code", and returns the answer.
    """
    prepare_current(environment)
    speak()
    from anling.access import command_sessions  # noqa: PLC0415  # needs the settings
    from anling.access.errors import AccessError  # noqa: PLC0415
    from anling.site.console import now  # noqa: PLC0415

    try:
        officer = command_sessions.check_password(username=username, password=ask("Password"))
        if command_sessions.needs_code(officer):
            command_sessions.check_code(officer=officer, code=ask("Code"))
        token = command_sessions.begin(
            officer=officer, machine=socket.gethostname(), account=getpass.getuser(), at=now()
        )
    except AccessError as error:
        raise SiteError(f"{username}: {error}") from None
    sign_out(environment, username=username)
    keep_token(environment.home, username, token)
    return f"{username} is signed in here; --as {username} acts in that name until anling sign-out {username}."


def sign_out(environment: Environment, *, username: str) -> str:
    """End a sign-in at this command line; the sentence that says so. Raises SiteError."""
    prepare_current(environment)
    from anling.access import command_sessions  # noqa: PLC0415  # needs the settings
    from anling.site.console import now  # noqa: PLC0415

    path = _path(environment.home, username)
    if not path.exists():
        return f"{username} is not signed in here."
    command_sessions.end(token=_read(path), at=now())
    path.unlink(missing_ok=True)
    return f"{username} is signed out."


def officer(environment: Environment, username: str) -> Actor:
    """The officer of `--as` as a doer; the database is ready afterwards. Raises SiteError with the remedy."""
    prepare_current(environment)
    speak()
    from anling.access import command_sessions  # noqa: PLC0415  # needs the settings
    from anling.access.errors import AccessError  # noqa: PLC0415
    from anling.site.console import now  # noqa: PLC0415

    path = _path(environment.home, username)
    if not path.exists():
        raise SiteError(f"--as {username}: nobody of this name is signed in here; run anling sign-in {username} first.")
    try:
        return command_sessions.actor_by_token(username=username, token=_read(path), at=now())
    except AccessError as error:
        raise SiteError(f"--as {username}: {error}") from None


def speak() -> None:
    """Sentences of this command are English, as its other lines are, unless the terminal's language is Chinese."""
    from django.utils import translation  # noqa: PLC0415  # needs the settings

    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    translation.activate("zh-hans" if spoken.startswith("zh") else "en")


def keep_token(home: Path, username: str, token: str) -> None:
    """Put a token where only this account of the machine can read it (folder 0700, file 0600), whole or not at all."""
    path = _path(home, username)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(token)
    draft.replace(path)


def _path(home: Path, username: str) -> Path:
    """A folder for each account of the machine, a file for each officer; a name never leads out of the folder."""
    return home / f"signed-in-{os.getuid()}" / f"{quote(username, safe='')}.token"


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise SiteError(f"{path}: others may read this token; delete the file and sign in again.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror}; delete the file and sign in again.") from error
