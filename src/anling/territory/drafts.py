"""Lists of places between their upload and the decision about them: files of one officer, gone within a day."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from anling.audit.wording import worded
from anling.territory.errors import TerritoryError

FOLDER = "place-lists"
MOST_BYTES = 50 * 1024 * 1024
_KEPT_SECONDS = 24 * 60 * 60
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Draft:
    """An uploaded list that nobody has decided on. owner: key of the officer who may."""

    key: str
    kind: str
    name: str
    owner: str
    content: bytes


def keep(*, home: Path, kind: str, name: str, owner: str, content: bytes) -> str:
    """Put an uploaded list aside, readable by the server alone; returns its key. Older ones than a day are removed."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder)
    key = secrets.token_hex(16)
    (folder / f"{key}.list").write_bytes(content)
    (folder / f"{key}.json").write_text(json.dumps({"kind": kind, "name": name, "owner": owner}), encoding="utf-8")
    return key


def draft(*, home: Path, key: str, owner: str) -> Draft:
    """The list put aside under a key. Raises TerritoryError where it is gone, or another officer's."""
    folder = home / FOLDER
    try:
        if not _KEY.fullmatch(key):
            raise FileNotFoundError
        facts = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        found = Draft(key=key, content=(folder / f"{key}.list").read_bytes(), **facts)
    except FileNotFoundError:
        found = None
    if found is None or found.owner != owner:
        raise TerritoryError(worded("This upload is not there any more; choose the file again."))
    return found


def drop(*, home: Path, key: str) -> None:
    """Forget a list that was decided on."""
    if _KEY.fullmatch(key):
        for ending in ("json", "list"):
            (home / FOLDER / f"{key}.{ending}").unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    oldest = time.time() - _KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
