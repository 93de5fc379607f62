"""Secrets that this installation makes for itself, each once, readable by its own account alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from anling.site.errors import SiteError


def kept(path: Path, make: Callable[[], str]) -> str:
    """The text of a secret file (mode 0600); made where there is none, and then the same for every process.

    Raises SiteError where others may read it, or where it cannot be read or made.
    """
    try:
        if not path.exists():
            _place(path, make())
        if path.stat().st_mode & 0o077:
            raise SiteError(f"{path}: others may read this secret; take that away with chmod 600 and run it again.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror}; check who owns ANLING_HOME and run it as that account.") from error


def _place(path: Path, text: str) -> None:
    """Whole or not at all, and the first of several processes wins: a link fails where the name is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
