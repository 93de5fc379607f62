"""The provinces that are measured: made once by `anling.synthesis`, and again only when it or its arguments change."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anling
from bench.place import AS_OF, SEED, Place, Scale
from bench.process import measure

_BLOCK = 1 << 24


def ensure_province(scale: Scale, place: Place, form: str) -> dict[str, Any]:
    """Make the province in one format unless it is there; its counts: people, roster_rows, feed_rows."""
    asked = _recipe(scale, form)
    stamp = place.folder / f"{form}.json"
    made = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    if made.get("recipe") != asked:
        place.folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        counts = measure("bench.province", str(scale.people), form, place.province(form)).facts
        made = {"recipe": asked, "counts": counts}
        stamp.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    found: dict[str, Any] = made["counts"]
    return found


def warm(folder: Path) -> None:
    """Read every file of a folder once, so that the measured processes find them in the page cache."""
    for path in sorted(folder.rglob("*.*")):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(_BLOCK):
                    pass


def _recipe(scale: Scale, form: str) -> dict[str, Any]:
    return {
        "people": scale.people,
        "seed": SEED,
        "as_of": AS_OF.isoformat(),
        "format": form,
        "generator": _generator(),
        "numpy": version("numpy"),
        "pyarrow": version("pyarrow"),
    }


def _generator() -> str:
    """A hash over the source of the generator: other code may make other people."""
    found = hashlib.sha256()
    room = Path(anling.__path__[0]) / "synthesis"
    for path in sorted(room.rglob("*.py")):
        if "scoring" not in path.parts:
            found.update(path.relative_to(room).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]
